using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <inheritdoc cref="IEthereumClient" />
internal sealed class EthereumClient(JsonRpcTransport transport, RpcBatches batches, LogRanges logs) : IEthereumClient
{
    private const string GetBlock = "eth_getBlockByNumber";
    private const string GetReceipt = "eth_getTransactionReceipt";
    private const string GetCount = "eth_getTransactionCount";

    public ulong BlocksPerStep => logs.BlocksPerStep;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => NumberAsync("eth_chainId", [], cancellationToken);

    public async Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
        await OrLatestAsync(block, BlockAsync, cancellationToken);

    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0)
            return [];
        var answers = await batches.CallManyAsync(
            [.. numbers.Select(number => new RpcCall(GetBlock, [BlockTag.At(number).ToString(), false]))],
            cancellationToken
        );
        return
        [
            .. numbers.Zip(
                answers,
                (number, answer) =>
                {
                    if (answer.Error is not null)
                        throw RpcErrors.ToException(GetBlock, answer.Error);
                    // A lagging replica may answer with the newest block it has.
                    return
                        answer.Result is null
                        || RpcReader.Block(GetBlock, answer.Result, false) is not { } header
                        || header.Number != number
                        ? null
                        : header;
                }
            ),
        ];
    }

    public async Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        RpcReader.Bytes("eth_call", await transport.CallAsync("eth_call", [ToJson(call), block.ToJson()], cancellationToken), "result");

    public async Task<IReadOnlyList<CallOutcome>> CallManyAsync(
        IReadOnlyList<CallRequest> calls,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        if (calls.Count == 0)
            return [];
        var answers = await batches.CallManyAsync(
            [.. calls.Select(call => new RpcCall("eth_call", [ToJson(call), block.ToJson()]))],
            cancellationToken
        );
        return
        [
            .. answers.Select(answer =>
            {
                if (answer.Error is null)
                    return new CallOutcome(RpcReader.Bytes("eth_call", answer.Result, "result"), null);
                var exception = RpcErrors.ToException("eth_call", answer.Error);
                return exception is ContractRevertedException reverted ? new CallOutcome(null, reverted) : throw exception;
            }),
        ];
    }

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken) =>
        logs.ReadAsync(filter, cancellationToken);

    public async Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        RpcReader.Bytes(
            "eth_getCode",
            await transport.CallAsync("eth_getCode", [address.ToString(), block.ToString()], cancellationToken),
            "result"
        );

    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        BigNumberAsync("eth_getBalance", [address.ToString(), block.ToString()], cancellationToken);

    public async Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        (
            await OrLatestAsync<ulong?>(
                block,
                async (tag, token) => await NumberAsync(GetCount, [address.ToString(), tag.ToString()], token),
                cancellationToken
            )
        )!.Value;

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
        NumberAsync("eth_estimateGas", [ToJson(call)], cancellationToken);

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => BigNumberAsync("eth_gasPrice", [], cancellationToken);

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) =>
        BigNumberAsync("eth_maxPriorityFeePerGas", [], cancellationToken);

    public async Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        const string Method = "eth_sendRawTransaction";
        var expected = Keccak256.Hash(signed.Span);
        try
        {
            var hash = RpcReader.Hash(Method, await transport.CallAsync(Method, [Hex.Encode(signed.Span)], cancellationToken), "result");
            return hash == expected
                ? hash
                : throw new EthereumRpcException(
                    Method,
                    null,
                    $"the L1 node accepted the transaction {expected} but returned the hash {hash}"
                );
        }
        catch (EthereumRpcException exception) when (RpcErrors.IsAlreadyKnown(exception))
        {
            return expected;
        }
    }

    public async Task<TransactionReceipt?> GetReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken)
    {
        var node = await transport.CallAsync(GetReceipt, [transactionHash.ToString()], cancellationToken);
        return node is null ? null : RpcReader.Receipt(GetReceipt, node);
    }

    public async Task<(IReadOnlyList<TransactionReceipt?> Receipts, ulong Count)> GetReceiptsWithCountAsync(
        IReadOnlyList<Hash32> transactions,
        Address account,
        BlockTag block,
        CancellationToken cancellationToken
    )
    {
        var (answers, counts) = await batches.CallBesideAsync(
            [.. transactions.Select(transaction => new RpcCall(GetReceipt, [transaction.ToString()]))],
            new RpcCall(GetCount, [account.ToString(), block.ToString()]),
            cancellationToken
        );
        ThrowAny(GetReceipt, answers);
        ThrowAny(GetCount, counts);
        return (
            [.. answers.Select(answer => answer.Result is null ? null : RpcReader.Receipt(GetReceipt, answer.Result))],
            counts.Min(count => RpcReader.Number(GetCount, count.Result, "result"))
        );
    }

    private static void ThrowAny(string method, RpcAnswer[] answers)
    {
        if (Array.Find(answers, answer => answer.Error is not null) is { Error: { } error })
            throw RpcErrors.ToException(method, error);
    }

    private async Task<BlockHeader?> BlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        var node = await transport.CallAsync(GetBlock, [block.ToString(), false], cancellationToken);
        return node is null ? null : RpcReader.Block(GetBlock, node, block == BlockTag.Pending);
    }

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

    private async Task<ulong> NumberAsync(string method, JsonArray parameters, CancellationToken cancellationToken) =>
        RpcReader.Number(method, await transport.CallAsync(method, parameters, cancellationToken), "result");

    private async Task<BigInteger> BigNumberAsync(string method, JsonArray parameters, CancellationToken cancellationToken) =>
        RpcReader.BigNumber(method, await transport.CallAsync(method, parameters, cancellationToken), "result");

    private static JsonObject ToJson(CallRequest call)
    {
        var json = new JsonObject { ["to"] = call.To.ToString(), ["data"] = Hex.Encode(call.Data) };
        if (call.From is { } from)
            json["from"] = from.ToString();
        if (!call.Value.IsZero)
            json["value"] = "0x" + call.Value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return json;
    }
}
