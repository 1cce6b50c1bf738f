using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Prt.Tests.Fakes;

/// <summary>
/// A chain in memory with a pool and nonces, and one application under Dave. A block is mined for every transaction unless
/// <see cref="Automine"/> is off.
/// </summary>
internal sealed class FakeChain : IEthereumClient
{
    private readonly Dictionary<Hash32, byte[]> _pool = [];
    private readonly Dictionary<Hash32, TransactionReceipt> _receipts = [];
    private readonly List<(Address From, ulong Block)> _mined = [];
    private readonly List<LogEntry> _logs = [];

    public FakeChain() => Dave.SealNext(Head, Hash32.Zero, Hash32.Zero, FakeDave.HashOf("deployment"));

    public FakeDave Dave { get; } = new();

    public ulong Head { get; private set; } = 100;

    /// <summary>How far the configured tag is behind the head.</summary>
    public ulong Lag { get; init; }

    public ulong Top => Head - Lag;

    public bool Automine { get; init; }

    /// <summary>What was taken into the pool, each transaction once, in order.</summary>
    public List<(ulong Epoch, string Kind)> Sent { get; } = [];

    /// <summary>
    /// Mines the pool, in order of nonces, and empty blocks after it; a tournament that nobody has joined stays open, as it could never be
    /// settled.
    /// </summary>
    public void Mine(ulong blocks = 1)
    {
        for (
            var block = 0UL;
            block < blocks && (Dave.IsJoined || _pool.Count > 0 || Head + 2 < Dave.Current.Block + FakeDave.Allowance);
            block++
        )
        {
            Head++;
            while (
                _pool.FirstOrDefault(pair => FakeSigner.Read(pair.Value) is var tx && tx.Nonce == Mined(tx.From, Head))
                    is { Value: { } raw, Key: var hash }
            )
            {
                _pool.Remove(hash);
                var (from, _, to, _, data) = FakeSigner.Read(raw);
                Execute(hash, from, new CallRequest(to, data));
            }
        }
    }

    /// <summary>A transaction of somebody else, in a block of its own before the pool; false where the contract refuses it.</summary>
    public bool Send(Address from, CallRequest call)
    {
        if (Dave.Refuses(call, Head + 1) is not null)
            return false;
        Head++;
        Execute(FakeDave.HashOf($"{from} {Head}"), from, call);
        return true;
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Task.FromResult(31337ul);

    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        var number =
            block.IsNumber ? block.Number
            : block == BlockTag.Latest ? Head
            : Top;
        return Task.FromResult<BlockHeader?>(
            new BlockHeader(number, FakeDave.HashOf($"block {number}"), FakeDave.HashOf($"block {number - 1}"), number, 7)
        );
    }

    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken) =>
        await Task.WhenAll(numbers.Select(number => GetBlockAsync(BlockTag.At(number), cancellationToken)));

    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        !FakeDave.IsMove(call) ? Task.FromResult(Dave.Ask(call, block.Number).Data)
        : Dave.Refuses(call, block.Number) is { } revert ? throw Reverted("eth_call", revert)
        : Task.FromResult<byte[]>([]);

    public Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult<IReadOnlyList<CallOutcome>>([
            .. calls.Select(call =>
                Dave.Ask(call, block.Number) is { Revert: { } revert }
                    ? new CallOutcome(null, Reverted("eth_call", revert))
                    : new CallOutcome(Dave.Ask(call, block.Number).Data, null)
            ),
        ]);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogEntry>>([
            .. _logs.Where(log =>
                log.BlockNumber >= filter.FromBlock && log.BlockNumber <= filter.ToBlock && filter.Addresses.Contains(log.Address)
            ),
        ]);

    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken)
    {
        var count = Mined(address, block.IsNumber ? block.Number : Head);
        return Task.FromResult(block == BlockTag.Pending ? count + (ulong)_pool.Count : count);
    }

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        Dave.Refuses(call, Head + 1) is { } revert ? throw Reverted("eth_estimateGas", revert) : Task.FromResult(100_000ul);

    public Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        var raw = signed.ToArray();
        var hash = Keccak256.Hash(raw);
        var (from, nonce, to, _, data) = FakeSigner.Read(raw);
        if (nonce < Mined(from, Head))
            throw new EthereumRpcException("eth_sendRawTransaction", -32003, "nonce too low");
        if (_pool.TryAdd(hash, raw))
            Sent.Add(Dave.Describe(new CallRequest(to, data)));
        if (Automine)
            Mine();
        return Task.FromResult(hash);
    }

    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        Task.FromResult(_receipts.GetValueOrDefault(transactionHash));

    public async Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    ) =>
        (
            await Task.WhenAll(transactions.Select(transaction => GetReceiptAsync(transaction, cancellationToken))),
            await GetTransactionCountAsync(account, block, cancellationToken)
        );

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) => Task.FromResult(BigInteger.One);

    // A settlement has paid the bond back by the time that anybody asks for it.
    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        Task.FromResult(Dave.Seals.Any(seal => seal.Tournament == address) ? BigInteger.Zero : BigInteger.Pow(10, 18));

    public Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private static ContractRevertedException Reverted(string method, string error) =>
        error.StartsWith("Error:", StringComparison.Ordinal)
            ? new(
                method,
                new AbiFunction("Error(string)").Encode(AbiValue.Of(System.Text.Encoding.ASCII.GetBytes(error[6..]))),
                "execution reverted"
            )
            : new(method, new AbiFunction(error).Encode(), "execution reverted");

    private ulong Mined(Address account, ulong block) => (ulong)_mined.Count(tx => tx.From == account && tx.Block <= block);

    private void Execute(Hash32 hash, Address from, CallRequest call)
    {
        _mined.Add((from, Head));
        var isRefused = Dave.Refuses(call, Head) is not null;
        var logs = isRefused ? [] : Dave.Execute(call, from, Head, hash);
        _logs.AddRange(logs);
        _receipts[hash] = new TransactionReceipt(hash, Head, FakeDave.HashOf($"block {Head}"), !isRefused, 70_000, 7, null, logs);
    }
}
