using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Filters;
using Nethereum.RPC.Eth.Transactions;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// The JSON-RPC requests of the node, built by Nethereum's handlers. The handlers have no client, because theirs takes no cancellation
/// token: <see cref="JsonRpcTransport"/> sends what they build, with ids of its own.
/// </summary>
internal static class RpcRequests
{
    private static readonly EthChainId ChainIdHandler = new(null);
    private static readonly EthGetBlockWithTransactionsHashesByNumber BlockHandler = new(null);
    private static readonly EthGetBlockWithTransactionsByNumber WholeBlockHandler = new(null);
    private static readonly EthCall CallHandler = new(null);
    private static readonly EthGetLogs LogsHandler = new(null);
    private static readonly EthGetCode CodeHandler = new(null);
    private static readonly EthGetBalance BalanceHandler = new(null);
    private static readonly EthGetTransactionCount CountHandler = new(null);
    private static readonly EthEstimateGas EstimateHandler = new(null);
    private static readonly EthGasPrice GasPriceHandler = new(null);
    private static readonly EthMaxPriorityFeePerGas PriorityFeeHandler = new(null);
    private static readonly EthSendRawTransaction SendHandler = new(null);
    private static readonly EthGetTransactionReceipt ReceiptHandler = new(null);

    public static RpcRequest ChainId() => ChainIdHandler.BuildRequest();

    /// <summary>The header, with the hashes of the transactions instead of the transactions.</summary>
    public static RpcRequest Block(BlockTag block) => BlockHandler.BuildRequest(block.ToParameter());

    /// <summary>The block with all its transactions.</summary>
    public static RpcRequest BlockWithTransactions(ulong block) => WholeBlockHandler.BuildRequest(BlockTag.At(block).ToParameter());

    /// <summary>A block by hash has no form among Nethereum's parameters, so it goes as a plain object.</summary>
    public static RpcRequest Call(CallRequest call, BlockTag block) =>
        block.Hash is { } hash
            ? CallHandler.BuildRequest(null, Input(call), new { blockHash = hash.ToString(), requireCanonical = true })
            : CallHandler.BuildRequest(Input(call), block.ToParameter());

    public static RpcRequest Logs(LogFilter filter) =>
        LogsHandler.BuildRequest(
            new NewFilterInput
            {
                FromBlock = BlockTag.At(filter.FromBlock).ToParameter(),
                ToBlock = BlockTag.At(filter.ToBlock).ToParameter(),
                Address = filter.Addresses.Count == 0 ? null : [.. filter.Addresses.Select(address => address.ToString())],
                Topics = filter.Topics.Count == 0 ? null : [.. filter.Topics.Select(Values)],
            }
        );

    public static RpcRequest Code(Address address, BlockTag block) => CodeHandler.BuildRequest(address.ToString(), block.ToParameter());

    public static RpcRequest Balance(Address address, BlockTag block) =>
        BalanceHandler.BuildRequest(address.ToString(), block.ToParameter());

    public static RpcRequest TransactionCount(Address address, BlockTag block) =>
        CountHandler.BuildRequest(address.ToString(), block.ToParameter());

    public static RpcRequest EstimateGas(CallRequest call) => EstimateHandler.BuildRequest(Input(call));

    public static RpcRequest GasPrice() => GasPriceHandler.BuildRequest();

    public static RpcRequest MaxPriorityFee() => PriorityFeeHandler.BuildRequest();

    public static RpcRequest SendRawTransaction(ReadOnlySpan<byte> signed) => SendHandler.BuildRequest(Hex.Encode(signed));

    public static RpcRequest Receipt(Hash32 transaction) => ReceiptHandler.BuildRequest(transaction.ToString());

    private static CallInput Input(CallRequest call) =>
        new()
        {
            To = call.To.ToString(),
            Data = Hex.Encode(call.Data),
            From = call.From?.ToString(),
            Value = call.Value.IsZero ? null : new HexBigInteger(call.Value),
        };

    private static string[]? Values(IReadOnlyList<Hash32>? topics) =>
        topics is null or [] ? null : [.. topics.Select(topic => topic.ToString())];
}
