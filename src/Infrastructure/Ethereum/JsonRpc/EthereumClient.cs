using System.Numerics;
using System.Text.Json;
using Nethereum.JsonRpc.Client;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <inheritdoc cref="IEthereumClient" />
internal sealed class EthereumClient(JsonRpcTransport transport, RpcBatches batches, LogRanges logs) : IEthereumClient
{
    public ulong BlocksPerStep => logs.BlocksPerStep;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.ChainId(), RpcReader.Number, cancellationToken);

    public async Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        await OrLatestAsync(block, BlockAsync, cancellationToken);

    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0)
            return [];
        var answers = await batches.CallManyAsync(
            [.. numbers.Select(number => RpcRequests.Block(BlockTag.At(number)))],
            cancellationToken
        );
        ThrowAny(answers);
        // A lagging replica may answer with the newest block it has.
        return
        [
            .. numbers.Zip(
                answers,
                (number, answer) =>
                    RpcReader.Block(answer.Method, answer.Result, false) is { } header && header.Number == number ? header : null
            ),
        ];
    }

    public Task<IReadOnlyList<MinedBy>> GetTransactionsOfAsync(Address account, ulong block, CancellationToken cancellationToken) =>
        AskAsync(
            RpcRequests.BlockWithTransactions(block),
            (method, answer) => RpcReader.TransactionsOf(method, answer, account),
            cancellationToken
        );

    public Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.Call(call, block), RpcReader.Bytes, cancellationToken);

    public async Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        if (calls.Count == 0)
            return [];
        var answers = await batches.CallManyAsync([.. calls.Select(call => RpcRequests.Call(call, block))], cancellationToken);
        return
        [
            .. answers.Select(answer =>
            {
                if (answer.Error is null)
                    return new CallOutcome(RpcReader.Bytes(answer.Method, answer.Result), null);
                var exception = RpcErrors.ToException(answer.Method, answer.Error);
                return exception is ContractRevertedException reverted ? new CallOutcome(null, reverted) : throw exception;
            }),
        ];
    }

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        logs.ReadAsync(filter, cancellationToken);

    public Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.Code(address, block), RpcReader.Bytes, cancellationToken);

    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.Balance(address, block), RpcReader.BigNumber, cancellationToken);

    public async Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        (
            await OrLatestAsync<ulong?>(
                block,
                async (tag, token) => await AskAsync(RpcRequests.TransactionCount(address, tag), RpcReader.Number, token),
                cancellationToken
            )
        )!.Value;

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.EstimateGas(call), RpcReader.Number, cancellationToken);

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.GasPrice(), RpcReader.BigNumber, cancellationToken);

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.MaxPriorityFee(), RpcReader.BigNumber, cancellationToken);

    public async Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        var request = RpcRequests.SendRawTransaction(signed.Span);
        var expected = Keccak256.Hash(signed.Span);
        try
        {
            var hash = await AskAsync(request, RpcReader.Hash, cancellationToken);
            return hash == expected
                ? hash
                : throw new EthereumRpcException(
                    request.Method,
                    null,
                    $"the L1 node accepted the transaction {expected} but returned the hash {hash}"
                );
        }
        catch (EthereumRpcException exception) when (RpcErrors.IsAlreadyKnown(exception))
        {
            return expected;
        }
    }

    public Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        AskAsync(RpcRequests.Receipt(transactionHash), RpcReader.Receipt, cancellationToken);

    public async Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        var (answers, counts) = await batches.CallBesideAsync(
            [.. transactions.Select(RpcRequests.Receipt)],
            RpcRequests.TransactionCount(account, block),
            cancellationToken
        );
        ThrowAny(answers);
        ThrowAny(counts);
        return (
            [.. answers.Select(answer => RpcReader.Receipt(answer.Method, answer.Result))],
            counts.Min(count => RpcReader.Number(count.Method, count.Result))
        );
    }

    private static void ThrowAny(RpcAnswer[] answers)
    {
        if (Array.Find(answers, answer => answer.Error is not null) is { Error: { } error } failed)
            throw RpcErrors.ToException(failed.Method, error);
    }

    private Task<BlockHeader?> BlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        AskAsync(
            RpcRequests.Block(block),
            (method, answer) => RpcReader.Block(method, answer, block == BlockTag.Pending),
            cancellationToken
        );

    /// <summary>
    /// Some endpoints have no pending block. The mined state is the next best answer; the node knows its own pending transactions
    /// without it.
    /// </summary>
    private static async Task<T?> OrLatestAsync<T>(
        BlockTag block,
        Func<BlockTag, CancellationToken, Task<T?>> ask,
        CancellationToken cancellationToken
    )
    {
        if (block != BlockTag.Pending)
            return await ask(block, cancellationToken);
        try
        {
            if (await ask(block, cancellationToken) is { } answer)
                return answer;
        }
        catch (EthereumRpcException)
        {
            // The message does not matter: if the endpoint refuses more than this, the next query reports it.
        }

        return await ask(BlockTag.Latest, cancellationToken);
    }

    private async Task<T> AskAsync<T>(RpcRequest request, Func<string, JsonElement, T> read, CancellationToken cancellationToken) =>
        read(request.Method, await transport.CallAsync(request, cancellationToken));
}
