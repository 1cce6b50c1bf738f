using System.Buffers.Binary;
using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Tests;

/// <summary>A small L1 in memory: logs, and the counters that follow from them at any block.</summary>
internal sealed class FakeChain : IEthereumClient
{
    private readonly List<LogEntry> _logs = [];
    private readonly List<ulong> _forks = [];
    private readonly Dictionary<Address, FakeContract> _contracts = [];
    private readonly Dictionary<Address, Address> _inputBoxes = [];

    public ulong ChainId { get; set; } = 31337;

    public ulong? Head { get; set; } = 100;

    public List<LogFilter> Filters { get; } = [];

    public List<int> Batches { get; } = [];

    /// <summary>How many blocks were asked for together, each time.</summary>
    public List<int> BlockLookups { get; } = [];

    /// <summary>Whether the node gives the block of that number.</summary>
    public Func<ulong, bool> HasBlock { get; set; } = _ => true;

    public Func<LogEntry, bool> Visible { get; set; } = _ => true;

    public Func<LogFilter, Exception?> FailLogs { get; set; } = _ => null;

    public Func<CallRequest, Exception?> FailCall { get; set; } = _ => null;

    public Exception? Unreachable { get; set; }

    public ulong BlocksPerStep { get; set; } = ulong.MaxValue;

    public IList<LogEntry> Logs => _logs;

    public static Address AddressOf(int number)
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    public static Hash32 HashOf(string text) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Answer(params ReadOnlySpan<AbiValue> values) => new AbiFunction("answer()").Encode(values)[4..];

    /// <summary>Hash of the block that has the number now.</summary>
    public Hash32 BlockHash(ulong block) => HashOf($"block {block}, version {_forks.Count(from => from <= block)}");

    /// <summary>
    /// Other blocks from that number on: what was in the old ones is gone, until it is added again. Returns what was in them.
    /// </summary>
    public IReadOnlyList<LogEntry> Reorganise(ulong from)
    {
        _forks.Add(from);
        List<LogEntry> gone = [.. _logs.Where(log => log.BlockNumber >= from)];
        _logs.RemoveAll(log => log.BlockNumber >= from);
        return gone;
    }

    public FakeContract Deploy(Address address) => _contracts[address] = new FakeContract();

    public LogEntry AddInput(
        Address inputBox,
        Address application,
        ulong block,
        byte[]? data = null,
        string? transaction = null,
        ulong? logIndex = null
    )
    {
        _inputBoxes[application] = inputBox;
        var index = (ulong)_logs.Count(log => log.Address == inputBox && log.Topics[1] == InputBoxContract.ApplicationTopic(application));
        var log = new LogEntry(
            inputBox,
            [InputBoxContract.InputAddedTopic, InputBoxContract.ApplicationTopic(application), new Hash32(Answer(AbiValue.Of(index)))],
            Answer(AbiValue.Of((data ?? [1, 2, 3, (byte)index]).AsSpan())),
            block,
            BlockHash(block),
            HashOf(transaction ?? $"input {application} {index}"),
            logIndex ?? (ulong)_logs.Count(other => other.BlockNumber == block)
        );
        _logs.Add(log);
        return log;
    }

    public LogEntry Execute(Address application, ulong block, ulong output, byte[] data)
    {
        var log = new LogEntry(
            application,
            [ApplicationContract.OutputExecutedTopic],
            Answer(AbiValue.Of(output), AbiValue.Of(data.AsSpan())),
            block,
            BlockHash(block),
            HashOf($"execution {application} {output}"),
            (ulong)_logs.Count(other => other.BlockNumber == block)
        );
        _logs.Add(log);
        return log;
    }

    /// <summary>A DaveConsensus seals its next epoch with the inputs up to that index.</summary>
    public LogEntry Seal(Address consensus, ulong block, ulong upper, string? result = null, Address? tournament = null)
    {
        var seals = _logs.Where(log => log.Address == consensus).ToList();
        var lower = seals.Count == 0 ? 0 : DaveConsensusContract.DecodeEpochSealed(seals[^1]).InputIndexUpperBound;
        var number = (ulong)seals.Count;
        var state = HashOf(result ?? $"state before epoch {number}");
        var log = new LogEntry(
            consensus,
            [DaveConsensusContract.EpochSealedTopic],
            Answer(
                AbiValue.Of(number),
                AbiValue.Of(lower),
                AbiValue.Of(upper),
                AbiValue.Of(state),
                AbiValue.Of(HashOf($"outputs before epoch {number}")),
                AbiValue.Of(tournament ?? AddressOf(900 + (int)number))
            ),
            block,
            BlockHash(block),
            HashOf($"seal {consensus} {number}"),
            (ulong)_logs.Count(other => other.BlockNumber == block)
        );
        _logs.Add(log);
        return log;
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Reached(ChainId);

    /// <summary>How far the finalised block is behind the head, where another one is the configured tag.</summary>
    public ulong FinalLag { get; set; }

    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        Reached(
            Head is { } head
                ? Header(
                    block.IsNumber ? block.Number
                    : block == BlockTag.Finalized ? head - Math.Min(FinalLag, head)
                    : head
                )
                : null
        );

    public Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        BlockLookups.Add(numbers.Count);
        return Reached<IReadOnlyList<BlockHeader?>>([
            .. numbers.Select(number => number <= Head && HasBlock(number) ? Header(number) : null),
        ]);
    }

    public async Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken)
    {
        if (FailCall(call) is { } failure)
            throw failure;
        var outcome = await Reached(Call(call, block.IsNumber ? block.Number : ulong.MaxValue));
        return outcome.Data ?? throw outcome.Error!;
    }

    public Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        Batches.Add(calls.Count);
        if (calls.Select(FailCall).FirstOrDefault(failure => failure is not null) is { } exception)
            throw exception;
        return Reached<IReadOnlyList<CallOutcome>>([.. calls.Select(call => Call(call, block.IsNumber ? block.Number : ulong.MaxValue))]);
    }

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        Filters.Add(filter);
        if (FailLogs(filter) is { } failure)
            throw failure;
        return Reached<IReadOnlyList<LogEntry>>([.. _logs.Where(log => Visible(log) && Matches(filter, log))]);
    }

    public Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        Reached<byte[]>(_contracts.ContainsKey(address) ? [0xfe] : []);

    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    private static bool Matches(LogFilter filter, LogEntry log) =>
        log.BlockNumber >= filter.FromBlock
        && log.BlockNumber <= filter.ToBlock
        && (filter.Addresses.Count == 0 || filter.Addresses.Contains(log.Address))
        && filter
            .Topics.Select(
                (accepted, i) => accepted is null || accepted.Count == 0 || (log.Topics.Count > i && accepted.Contains(log.Topics[i]))
            )
            .All(ok => ok);

    private Task<T> Reached<T>(T value) => Unreachable is null ? Task.FromResult(value) : throw Unreachable;

    private BlockHeader Header(ulong number) => new(number, BlockHash(number), BlockHash(number - 1), number, null);

    private CallOutcome Call(CallRequest call, ulong block)
    {
        var selector = BinaryPrimitives.ReadUInt32BigEndian(call.Data);
        if (_contracts.TryGetValue(call.To, out var contract) && contract.Answers.TryGetValue(selector, out var answer))
            return answer is null
                ? new CallOutcome(null, new ContractRevertedException("eth_call", [], "execution reverted"))
                : new CallOutcome(answer, null);
        if (contract?.SupportsInterface(call.Data) is { } supports)
            return new CallOutcome(supports, null);
        if (selector == new AbiFunction("getNumberOfInputs(address)").Selector)
            return new CallOutcome(Answer(AbiValue.Of((ulong)InputsOf(call, block).Count())), null);
        if (selector == new AbiFunction("getCurrentSealedEpoch()").Selector)
        {
            // The contract's own view, whether its logs are visible or not.
            if (
                _logs.LastOrDefault(log =>
                    log.Address == call.To && log.Topics[0] == DaveConsensusContract.EpochSealedTopic && log.BlockNumber <= block
                )
                is not { } log
            )
                return new CallOutcome([], null);
            var seal = DaveConsensusContract.DecodeEpochSealed(log);
            return new CallOutcome(
                Answer(
                    AbiValue.Of(seal.Number),
                    AbiValue.Of(seal.InputIndexLowerBound),
                    AbiValue.Of(seal.InputIndexUpperBound),
                    AbiValue.Of(seal.Tournament)
                ),
                null
            );
        }

        return selector == new AbiFunction("getNumberOfExecutedOutputs()").Selector
            ? new CallOutcome(
                Answer(
                    AbiValue.Of(
                        (ulong)
                            _logs.Count(log =>
                                log.Address == call.To
                                && log.Topics[0] == ApplicationContract.OutputExecutedTopic
                                && log.BlockNumber <= block
                            )
                    )
                ),
                null
            )
            : new CallOutcome([], null);
    }

    private IEnumerable<LogEntry> InputsOf(CallRequest call, ulong block)
    {
        var topic = InputBoxContract.ApplicationTopic(new AbiReader(call.Data.AsSpan(4)).Address(0));
        return _logs.Where(log => log.Address == call.To && log.Topics.Count > 1 && log.Topics[1] == topic && log.BlockNumber <= block);
    }
}

internal sealed class FakeContract
{
    public Dictionary<uint, byte[]?> Answers { get; } = [];

    private readonly HashSet<uint> _interfaces = [];

    /// <summary>ERC-165: what supportsInterface answers, or null where the contract does not have it.</summary>
    public byte[]? SupportsInterface(byte[] call) =>
        _interfaces.Count == 0 || BinaryPrimitives.ReadUInt32BigEndian(call) != new AbiFunction("supportsInterface(bytes4)").Selector
            ? null
            : FakeChain.Answer(AbiValue.Of(_interfaces.Contains(BinaryPrimitives.ReadUInt32BigEndian(call.AsSpan(4))) ? 1ul : 0ul));

    public void Supports(uint interfaceId) => _interfaces.Add(interfaceId);

    public FakeContract Says(string function, byte[]? answer)
    {
        Answers[new AbiFunction(function).Selector] = answer;
        return this;
    }
}
