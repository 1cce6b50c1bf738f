using System.Buffers.Binary;
using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Claimer.Tests.Fakes;

/// <summary>
/// A chain in memory with a pool, nonces and the consensus contracts. A block is mined for every transaction unless <see cref="Automine"/>
/// is off.
/// </summary>
internal sealed class FakeChain : IEthereumClient
{
    private readonly Dictionary<Address, FakeConsensus> _consensus = [];
    private readonly Dictionary<Hash32, byte[]> _pool = [];
    private readonly Dictionary<Hash32, TransactionReceipt> _receipts = [];
    private readonly List<(Address From, ulong Block)> _mined = [];
    private readonly List<LogEntry> _logs = [];
    private readonly List<(ulong Block, Hash32 Hash, Address From, Address To, byte[] Data)> _executed = [];
    private readonly List<ulong> _forks = [];
    private Action? _beforeFinal;

    public ulong Head { get; set; } = 100;

    /// <summary>How far the configured tag is behind the head.</summary>
    public ulong Lag { get; set; }

    public bool Automine { get; set; } = true;

    /// <summary>Consensus contract that each application names; the one it was registered with by default.</summary>
    public Dictionary<Address, Address> Validators { get; } = [];

    /// <summary>Transactions that were taken into the pool, in order.</summary>
    public List<Hash32> Sent { get; } = [];

    public List<LogFilter> Filters { get; } = [];

    /// <summary>Transactions that offer less, in wei a gas unit, are not mined.</summary>
    public ulong LeastFee { get; set; }

    public int Pool => _pool.Count;

    public Func<byte[], Exception?> FailSend { get; set; } = _ => null;

    /// <summary>The endpoint fails after it took the transaction: the answer is lost.</summary>
    public bool LoseSendAnswers { get; set; }

    public Func<LogEntry, bool> Visible { get; set; } = _ => true;

    public Exception? FailReceipts { get; set; }

    /// <summary>
    /// The node that is asked for one receipt does not have its block yet; the one that is asked for receipts and a count together has.
    /// </summary>
    public bool HideSingleReceipts { get; set; }

    public Exception? FailOwner { get; set; }

    /// <summary>Owner as of a block that is named by number: the tag's view.</summary>
    public Address? SettledOwner { get; set; }

    /// <summary>Estimates pass though the transaction will revert.</summary>
    public bool BlindEstimates { get; set; }

    /// <summary>How many transactions of the account the node that counts the pool does not know of.</summary>
    public ulong CountBehind { get; set; }

    /// <summary>
    /// A block with the pool is being made: as Anvil does in this moment, the account's transactions in it are counted as of the newest
    /// block, and have no receipts.
    /// </summary>
    public bool IsMakingABlock { get; set; }

    /// <summary>How many blocks the node that estimates is behind.</summary>
    public ulong EstimateBehind { get; set; }

    public static Address AddressOf(int number)
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), number);
        return new Address(bytes);
    }

    public static Hash32 HashOf(string text) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Words(params ReadOnlySpan<AbiValue> values) => new AbiFunction("words()").Encode(values)[4..];

    public FakeConsensus Deploy(FakeConsensus consensus) => _consensus[consensus.Address] = consensus;

    /// <summary>Mines the pool, in order of nonces, and empty blocks after it.</summary>
    public void Mine(ulong blocks = 1)
    {
        Head++;
        while (
            _pool.FirstOrDefault(pair => FakeSigner.Read(pair.Value) is var tx && tx.Nonce == Mined(tx.From, Head) && tx.Fee >= LeastFee)
                is { Value: { } raw, Key: var hash }
        )
        {
            _pool.Remove(hash);
            var (from, _, to, _, data) = FakeSigner.Read(raw);
            Execute(hash, from, to, data);
        }

        Head += blocks - 1;
    }

    /// <summary>A claim by somebody, mined in a block of its own; the account's nonce is used.</summary>
    public Hash32 Claim(Address from, Address consensus, Address app, ulong last, Hash32 root)
    {
        Head++;
        var hash = HashOf($"{from} {app} {last} {root} {Head}");
        Execute(hash, from, consensus, ConsensusContract.SubmitClaim(app, last, root));
        return hash;
    }

    /// <summary>A transaction of the account that is not ours.</summary>
    public void UseNonce(Address from) => _mined.Add((from, ++Head));

    /// <summary>Takes the replaced version into a block, as a miner may who has not heard of the newer one.</summary>
    public void MineOnly(byte[] raw)
    {
        _pool.Clear();
        _pool[Keccak256.Hash(raw)] = raw;
        Mine();
    }

    /// <summary>How far the finalised block is behind the head, where that is further than the configured tag.</summary>
    public ulong FinalLag { get; set; }

    /// <summary>What happens to L1 once, right before the finalised block is asked for the next time.</summary>
    public Action? BeforeFinal
    {
        get => _beforeFinal;
        set => _beforeFinal = value;
    }

    /// <summary>How often blocks were asked for by their numbers.</summary>
    public int BlockQuestions { get; private set; }

    /// <summary>L1 goes back to that block: what was mined behind it never happened, and the blocks that follow are others.</summary>
    public void GoBack(ulong block)
    {
        _forks.Add(block);
        Head = block;
        _mined.RemoveAll(tx => tx.Block > block);
        _logs.RemoveAll(log => log.BlockNumber > block);
        foreach (var (hash, receipt) in _receipts.ToList())
        {
            if (receipt.BlockNumber > block)
                _receipts.Remove(hash);
        }

        _executed.RemoveAll(tx => tx.Block > block);
        foreach (var consensus in _consensus.Values)
            consensus.Forget();
        foreach (var (at, _, from, to, data) in _executed)
        {
            var (app, last, root) = Arguments(data);
            _consensus[to].Submit(from, app, last, root, at, false);
        }
    }

    /// <summary>Forgets the pool, as a node that restarts.</summary>
    public void DropPool() => _pool.Clear();

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Task.FromResult(31337ul);

    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        if (block == BlockTag.Finalized)
            Interlocked.Exchange(ref _beforeFinal, null)?.Invoke();
        var number =
            block.IsNumber ? block.Number
            : block == BlockTag.Latest ? Head
            : Head - Math.Min(block == BlockTag.Finalized ? Math.Max(Lag, FinalLag) : Lag, Head);
        return Task.FromResult(number > Head ? null : new BlockHeader(number, BlockHash(number), BlockHash(number - 1), number, 7));
    }

    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        BlockQuestions++;
        return await Task.WhenAll(numbers.Select(number => GetBlockAsync(BlockTag.At(number), cancellationToken)));
    }

    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken)
    {
        if (
            _consensus.TryGetValue(call.To, out var consensus)
            && call.Data.AsSpan().SequenceEqual(QuorumContract.NumberOfValidators(call.To).Data)
        )
            return Task.FromResult(Words(AbiValue.Of((ulong)consensus.Validators.Count)));
        // A claim that is tried out at a block: no estimate is blind there.
        if (consensus is not null && call.From is { } claimant && Arguments(call.Data) is var (app, last, root))
        {
            return consensus.Submit(claimant, app, last, root, block.IsNumber ? block.Number : Head, true).Revert is { } revert
                ? throw new ContractRevertedException("eth_call", revert, "execution reverted")
                : Task.FromResult<byte[]>([]);
        }

        if (consensus is not null)
            return FailOwner is null
                ? Task.FromResult(Words(AbiValue.Of(block.IsNumber && SettledOwner is { } settled ? settled : consensus.Owner!.Value)))
                : throw FailOwner;
        return Task.FromResult(Validators.TryGetValue(call.To, out var validator) ? Words(AbiValue.Of(validator)) : []);
    }

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        Filters.Add(filter);
        return Task.FromResult<IReadOnlyList<LogEntry>>([
            .. _logs.Where(log =>
                Visible(log)
                && log.BlockNumber >= filter.FromBlock
                && log.BlockNumber <= filter.ToBlock
                && filter.Addresses.Contains(log.Address)
                && filter
                    .Topics.Select((accepted, i) => accepted is null || (log.Topics.Count > i && accepted.Contains(log.Topics[i])))
                    .All(ok => ok)
            ),
        ]);
    }

    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken)
    {
        var count = Mined(address, block.IsNumber ? block.Number : Head);
        if (IsMakingABlock && block.IsNumber && block.Number == Head)
            count += (ulong)_pool.Values.Count(raw => FakeSigner.Read(raw).From == address);
        if (block == BlockTag.Pending)
        {
            var pooled = _pool.Values.Select(FakeSigner.Read).Where(tx => tx.From == address).Select(tx => tx.Nonce).ToHashSet();
            while (pooled.Contains(count))
                count++;
            count -= Math.Min(CountBehind, count);
        }

        return Task.FromResult(count);
    }

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken)
    {
        var (app, last, root) = Arguments(call.Data);
        return
            BlindEstimates
            || _consensus[call.To].Submit(call.From!.Value, app, last, root, Head + 1 - EstimateBehind, true).Revert is not { } revert
            ? Task.FromResult(100_000ul)
            : throw new ContractRevertedException("eth_estimateGas", revert, "execution reverted");
    }

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) => Task.FromResult(BigInteger.One);

    public Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        var raw = signed.ToArray();
        if (FailSend(raw) is { } failure)
            throw failure;
        var hash = Keccak256.Hash(raw);
        var tx = FakeSigner.Read(raw);
        if (tx.Nonce < Mined(tx.From, Head))
            throw new EthereumRpcException("eth_sendRawTransaction", -32003, "nonce too low");
        if (
            _pool
                .Where(pair =>
                    pair.Key != hash && FakeSigner.Read(pair.Value) is var other && other.From == tx.From && other.Nonce == tx.Nonce
                )
                .Select(pair => pair.Key)
                .ToList()
            is [var old]
        )
        {
            if (tx.Fee * 100 < FakeSigner.Read(_pool[old]).Fee * 110)
                throw new EthereumRpcException("eth_sendRawTransaction", -32003, "replacement transaction underpriced");
            _pool.Remove(old);
        }

        Sent.Add(hash);
        _pool[hash] = raw;
        if (Automine)
            Mine();
        return LoseSendAnswers
            ? throw new EthereumUnreachableException("eth_sendRawTransaction", "fake", new TimeoutException("no answer"))
            : Task.FromResult(hash);
    }

    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        FailReceipts is null
            ? Task.FromResult(HideSingleReceipts ? null : _receipts.GetValueOrDefault(transactionHash))
            : throw FailReceipts;

    public async Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    ) =>
        FailReceipts is null
            ? (
                [.. transactions.Select(transaction => _receipts.GetValueOrDefault(transaction))],
                await GetTransactionCountAsync(account, block, cancellationToken)
            )
            : throw FailReceipts;

    public Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private static (Address App, ulong Last, Hash32 Root) Arguments(byte[] data)
    {
        var reader = new AbiReader(data.AsSpan(4));
        return (reader.Address(0), reader.Number(1, "last block"), reader.Hash(2));
    }

    private Hash32 BlockHash(ulong number) => HashOf($"block {number} of branch {_forks.Count(fork => fork < number)}");

    private ulong Mined(Address account, ulong block) => (ulong)_mined.Count(tx => tx.From == account && tx.Block <= block);

    private void Execute(Hash32 hash, Address from, Address to, byte[] data)
    {
        _mined.Add((from, Head));
        _executed.Add((Head, hash, from, to, data));
        var (app, last, root) = Arguments(data);
        var (events, revert) = _consensus[to].Submit(from, app, last, root, Head, false);
        var logs = events.Select((log, i) => new LogEntry(to, log.Topics, log.Data, Head, BlockHash(Head), hash, (ulong)i)).ToList();
        _logs.AddRange(logs);
        _receipts[hash] = new TransactionReceipt(hash, Head, BlockHash(Head), revert is null, 70_000, 7, null, logs);
    }
}
