using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <inheritdoc cref="IEthereumClient" />
internal sealed class EthereumClient(JsonRpcTransport transport, IOptions<EthereumOptions> options) : IEthereumClient
{
    private const string GetBlock = "eth_getBlockByNumber";
    private const string GetReceipt = "eth_getTransactionReceipt";
    private const string GetCount = "eth_getTransactionCount";

    private readonly EthereumOptions _options = options.Value;

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => NumberAsync("eth_chainId", [], cancellationToken);

    public async Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken)
    {
        var node = await transport.CallAsync(GetBlock, [block.ToString(), false], cancellationToken);
        return node is null ? null : RpcReader.Block(GetBlock, node, block == BlockTag.Pending);
    }

    public async Task<IReadOnlyList<BlockHeader?>> GetBlocksAsync(IReadOnlyList<ulong> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0)
            return [];
        var answers = await transport.CallManyAsync([.. numbers.Select(number => new RpcCall(GetBlock, [BlockTag.At(number).ToString(), false]))], cancellationToken);
        return [.. numbers.Zip(answers, (number, answer) =>
        {
            if (answer.Error is not null)
                throw RpcErrors.ToException(GetBlock, answer.Error);
            // A replica that lags may answer with the newest block that it has.
            return answer.Result is null || RpcReader.Block(GetBlock, answer.Result, false) is not { } header || header.Number != number ? null : header;
        })];
    }

    public async Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
        RpcReader.Bytes("eth_call", await transport.CallAsync("eth_call", [ToJson(call), block.ToJson()], cancellationToken), "result");

    public async Task<IReadOnlyList<CallOutcome>> CallManyAsync(IReadOnlyList<CallRequest> calls, BlockTag block, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
            return [];
        var answers = await transport.CallManyAsync([.. calls.Select(call => new RpcCall("eth_call", [ToJson(call), block.ToJson()]))], cancellationToken);
        return [.. answers.Select(answer =>
        {
            if (answer.Error is null)
                return new CallOutcome(RpcReader.Bytes("eth_call", answer.Result, "result"), null);
            var exception = RpcErrors.ToException("eth_call", answer.Error);
            return exception is ContractRevertedException reverted ? new CallOutcome(null, reverted) : throw exception;
        })];
    }

    public async Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        var logs = new List<LogEntry>();
        var chunk = _options.MaxBlockRange == 0 ? ulong.MaxValue : _options.MaxBlockRange;
        for (var from = filter.FromBlock; from <= filter.ToBlock;)
        {
            var to = filter.ToBlock - from < chunk ? filter.ToBlock : from + chunk - 1;
            try
            {
                logs.AddRange(await LogsAsync(filter with { FromBlock = from, ToBlock = to }, cancellationToken));
                from = to + 1;
            }
            catch (EthereumRpcException exception) when (RpcErrors.IsRangeTooLarge(exception) && to - from + 1 > (ulong)_options.MinBlockRange)
            {
                // The smaller chunk is kept for the rest of the range: the provider will not have changed its mind.
                chunk = Math.Max((to - from + 1) / 2, (ulong)_options.MinBlockRange);
            }
        }

        logs.Sort((a, b) => a.BlockNumber != b.BlockNumber ? a.BlockNumber.CompareTo(b.BlockNumber) : a.LogIndex.CompareTo(b.LogIndex));
        return logs;
    }

    public async Task<byte[]> GetCodeAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        RpcReader.Bytes("eth_getCode", await transport.CallAsync("eth_getCode", [address.ToString(), block.ToString()], cancellationToken), "result");

    public Task<BigInteger> GetBalanceAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        BigNumberAsync("eth_getBalance", [address.ToString(), block.ToString()], cancellationToken);

    public Task<ulong> GetTransactionCountAsync(Address address, BlockTag block, CancellationToken cancellationToken) =>
        NumberAsync(GetCount, [address.ToString(), block.ToString()], cancellationToken);

    public Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) => NumberAsync("eth_estimateGas", [ToJson(call)], cancellationToken);

    public Task<BigInteger> GetGasPriceAsync(CancellationToken cancellationToken) => BigNumberAsync("eth_gasPrice", [], cancellationToken);

    public Task<BigInteger> GetMaxPriorityFeeAsync(CancellationToken cancellationToken) => BigNumberAsync("eth_maxPriorityFeePerGas", [], cancellationToken);

    public async Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signed, CancellationToken cancellationToken)
    {
        const string Method = "eth_sendRawTransaction";
        var expected = Keccak256.Hash(signed.Span);
        try
        {
            var hash = RpcReader.Hash(Method, await transport.CallAsync(Method, [Hex.Encode(signed.Span)], cancellationToken), "result");
            return hash == expected ? hash : throw new EthereumRpcException(Method, null, $"the L1 node took the transaction {expected} but calls it {hash}");
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
        IReadOnlyList<Hash32> transactions, Address account, BlockTag block, CancellationToken cancellationToken)
    {
        RpcCall[] calls = [.. transactions.Select(transaction => new RpcCall(GetReceipt, [transaction.ToString()])), new RpcCall(GetCount, [account.ToString(), block.ToString()])];
        var answers = await transport.CallManyAsync(calls, cancellationToken);
        if (answers.Zip(calls).FirstOrDefault(pair => pair.First.Error is not null) is ({ Error: { } error }, var failed))
            throw RpcErrors.ToException(failed.Method, error);
        return ([.. answers[..^1].Select(answer => answer.Result is null ? null : RpcReader.Receipt(GetReceipt, answer.Result))], RpcReader.Number(GetCount, answers[^1].Result, "result"));
    }

    private async Task<IReadOnlyList<LogEntry>> LogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        const string Method = "eth_getLogs";
        var json = new JsonObject { ["fromBlock"] = BlockTag.At(filter.FromBlock).ToString(), ["toBlock"] = BlockTag.At(filter.ToBlock).ToString() };
        if (filter.Addresses.Count > 0)
            json["address"] = new JsonArray([.. filter.Addresses.Select(address => (JsonNode)address.ToString())]);
        if (filter.Topics.Count > 0)
            json["topics"] = new JsonArray([.. filter.Topics.Select(topics => topics is null or [] ? null : (JsonNode)new JsonArray([.. topics.Select(topic => (JsonNode)topic.ToString())]))]);
        return RpcReader.Logs(Method, await transport.CallAsync(Method, [json], cancellationToken), "result");
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
