using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing.Fakes;

/// <summary>The chain as an endpoint shows it.</summary>
public sealed partial class FakeChain : IEthereumClient
{
    /// <inheritdoc />
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Reached(ChainId);

    /// <inheritdoc />
    public Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        if (block == BlockTag.Finalized)
            Interlocked.Exchange(ref _beforeFinal, null)?.Invoke();
        if (FailBlock(block) is { } failure)
            throw failure;
        if (block.IsNumber)
            return Reached(Header(block.Number));
        var lag =
            block == BlockTag.Latest ? 0
            : block == BlockTag.Finalized ? Math.Max(Lag, FinalLag)
            : Lag;
        return Reached(HasTags ? Header(Head - Math.Min(lag, Head)) : null);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        BlockLookups.Add(numbers.Count);
        return Reached<IReadOnlyList<BlockHeader?>>([.. numbers.Select(number => HasBlock(number) ? Header(number) : null)]);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<MinedBy>> GetTransactionsOfAsync(Address account, ulong block, CancellationToken cancellationToken)
    {
        BlocksRead.Add(block);
        var first = block == 0 ? 0 : Mined(account, block - 1);
        var mined = _mined.Where(tx => tx.From == account && tx.Block == block);
        return Reached<IReadOnlyList<MinedBy>>([
            .. mined.Select(
                (tx, at) =>
                    _executed.Find(executed => executed.Hash == tx.Hash) is { } executed
                        ? new MinedBy(tx.Hash, first + (ulong)at, executed.To, executed.Data)
                        : new MinedBy(tx.Hash, first + (ulong)at, account, [])
            ),
        ]);
    }

    /// <inheritdoc />
    public async Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken)
    {
        if (FailCall(call) is { } failure)
            throw failure;
        var outcome = await Reached(Call(call, block));
        return outcome.Data ?? throw outcome.Error!;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(calls);
        Batches.Add(calls.Count);
        if (calls.Select(FailCall).FirstOrDefault(failure => failure is not null) is { } exception)
            throw exception;
        return Reached<IReadOnlyList<CallOutcome>>([.. calls.Select(call => Call(call, block))]);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        Filters.Add(filter);
        if (FailLogs(filter) is { } failure)
            throw failure;
        return Reached<IReadOnlyList<LogEntry>>([.. _logs.Where(log => Visible(log) && Matches(filter, log))]);
    }

    /// <inheritdoc />
    public Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        Reached<byte[]>(_contracts.ContainsKey(address) ? [0xfe] : []);

    /// <inheritdoc />
    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        Task.FromResult(Balance(address));

    /// <inheritdoc />
    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken)
    {
        if (block.IsNumber && block.Number < OldestState)
            throw new EthereumRpcException("eth_getTransactionCount", -32000, "missing trie node");
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

    /// <inheritdoc />
    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        return !BlindEstimates && _contracts[call.To].Refuses(call, Head + 1 - EstimateBehind) is { } revert
            ? throw Reverted("eth_estimateGas", revert)
            : Task.FromResult(100_000ul);
    }

    /// <inheritdoc />
    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => Task.FromResult(new BigInteger(8));

    /// <inheritdoc />
    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) => Task.FromResult(BigInteger.One);

    /// <inheritdoc />
    public Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        var raw = signed.ToArray();
        if (FailSend(raw) is { } failure)
            throw failure;
        var hash = Keccak256.Hash(raw);
        var tx = FakeSigner.Read(raw);
        if (tx.Nonce < Mined(tx.From, Head))
            throw new EthereumRpcException("eth_sendRawTransaction", -32003, "nonce too low");
        var replaced = _pool.FirstOrDefault(pair =>
            pair.Key != hash && FakeSigner.Read(pair.Value) is var other && other.From == tx.From && other.Nonce == tx.Nonce
        );
        if (replaced.Value is { } old)
        {
            if (tx.Fee * 100 < FakeSigner.Read(old).Fee * 110)
                throw new EthereumRpcException("eth_sendRawTransaction", -32003, "replacement transaction underpriced");
            _pool.Remove(replaced.Key);
        }

        Sent.Add(hash);
        _pool[hash] = _signed[hash] = raw;
        if (Automine)
            Mine();
        return LoseSendAnswers
            ? throw new EthereumUnreachableException("eth_sendRawTransaction", "fake", new TimeoutException("no answer"))
            : Task.FromResult(hash);
    }

    /// <inheritdoc />
    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        FailReceipts is null ? Task.FromResult(HideSingleReceipts ? null : Receipt(transactionHash)) : throw FailReceipts;

    /// <inheritdoc />
    public async Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    ) =>
        FailReceipts is not null ? throw FailReceipts
        : block.IsNumber && block.Number > Head ? throw new EthereumRpcException("eth_getTransactionCount", -32000, "header not found")
        : ([.. transactions.Select(Receipt)], await GetTransactionCountAsync(account, block, cancellationToken));

    /// <summary>A node that has not come to the block has no receipt.</summary>
    private TransactionReceipt? Receipt(Hash32 transaction) =>
        _receipts.GetValueOrDefault(transaction) is { } receipt && receipt.BlockNumber <= Head ? receipt : null;

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

    private BlockHeader? Header(ulong number) =>
        number > Head ? null : new BlockHeader(number, BlockHash(number), BlockHash(number - 1), number, 7);

    private CallOutcome Call(CallRequest call, BlockTag tag)
    {
        var block = tag.IsNumber ? tag.Number : Head;
        var contract = _contracts.GetValueOrDefault(call.To);
        return contract?.Call(call, tag, block)
            ?? (
                contract?.Refuses(call, block) is { } revert
                    ? new CallOutcome(null, Reverted("eth_call", revert))
                    : new CallOutcome(LogCounters.Answer(call, _logs, block), null)
            );
    }
}
