using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Rollups.Domain;
using Receipt = Nethereum.RPC.Eth.DTOs.TransactionReceipt;

namespace Rollups.Ethereum;

/// <summary>
/// Reads JSON-RPC answers through Nethereum's types. Only their texts are trusted: never a number that Nethereum parsed, because it
/// accepts "0x" and digits that are none. Out-of-range values are rejected by name here, so that nothing overflows later.
/// </summary>
internal static partial class RpcReader
{
    private const string Result = "result";

    [GeneratedRegex(@"\[(\d+)\]|\.(\w+)")]
    private static partial Regex Steps { get; }

    public static ulong Number(string method, JsonElement answer) => Number(method, Read<HexBigInteger>(method, answer), Result);

    public static BigInteger BigNumber(string method, JsonElement answer) =>
        BigNumber(method, Read<HexBigInteger>(method, answer), Result);

    public static byte[] Bytes(string method, JsonElement answer) => Bytes(method, Read<string>(method, answer), Result);

    public static Hash32 Hash(string method, JsonElement answer) => Hash(method, Read<string>(method, answer), Result);

    /// <summary>Null if the node does not have the block. A pending block has no hash; zero stands for it.</summary>
    public static BlockHeader? Block(string method, JsonElement answer, bool isPending) =>
        Read<BlockWithTransactionHashes>(method, answer) is { } block
            ? new BlockHeader(
                Number(method, block.Number, "number"),
                isPending && block.BlockHash is null ? Hash32.Zero : Hash(method, block.BlockHash, "hash"),
                Hash(method, block.ParentHash, "parentHash"),
                Number(method, block.Timestamp, "timestamp"),
                block.BaseFeePerGas is { } fee ? BigNumber(method, fee, "baseFeePerGas") : null
            )
            : null;

    /// <summary>The transactions of an account in a block, in the order of their nonces. Those of others are not read.</summary>
    public static IReadOnlyList<MinedBy> TransactionsOf(string method, JsonElement answer, Address account)
    {
        if (Read<BlockWithTransactions>(method, answer) is not { } block)
            return [];
        var sent = block.Transactions ?? throw Bad(method, "transactions", null, "a list");
        return
        [
            .. sent.Where(transaction => Domain.Address.TryParse(transaction.From, out var from) && from == account)
                .Select(transaction => new MinedBy(
                    Hash(method, transaction.TransactionHash, "transactions.hash"),
                    Number(method, transaction.Nonce, "transactions.nonce"),
                    transaction.To is { } to ? Address(method, to, "transactions.to") : null,
                    Bytes(method, transaction.Input, "transactions.input")
                ))
                .OrderBy(transaction => transaction.Nonce),
        ];
    }

    public static LogEntry[] Logs(string method, JsonElement answer) => Logs(method, Read<FilterLog[]>(method, answer), Result);

    /// <summary>Null while the transaction is not mined.</summary>
    public static TransactionReceipt? Receipt(string method, JsonElement answer) =>
        Read<Receipt>(method, answer) is { } receipt
            ? new TransactionReceipt(
                Hash(method, receipt.TransactionHash, "transactionHash"),
                Number(method, receipt.BlockNumber, "blockNumber"),
                Hash(method, receipt.BlockHash, "blockHash"),
                Number(method, receipt.Status, "status") == 1,
                Number(method, receipt.GasUsed, "gasUsed"),
                receipt.EffectiveGasPrice is { } price ? BigNumber(method, price, "effectiveGasPrice") : BigInteger.Zero,
                receipt.ContractAddress is { } contract ? Address(method, contract, "contractAddress") : null,
                Logs(method, receipt.Logs, "logs")
            )
            : null;

    private static LogEntry[] Logs(string method, FilterLog?[]? logs, string field) =>
        logs is null ? throw Bad(method, field, null, "a list") : Array.ConvertAll(logs, log => Log(method, log));

    private static LogEntry Log(string method, FilterLog? log) =>
        log is null
            ? throw Bad(method, "log", null, "an object")
            : new LogEntry(
                Address(method, log.Address, "address"),
                log.Topics is null
                    ? throw Bad(method, "topics", null, "a list")
                    : Array.ConvertAll(log.Topics, topic => Hash(method, (string?)topic, "topics")),
                Bytes(method, log.Data, "data"),
                Number(method, log.BlockNumber, "blockNumber"),
                Hash(method, log.BlockHash, "blockHash"),
                Hash(method, log.TransactionHash, "transactionHash"),
                Number(method, log.LogIndex, "logIndex")
            );

    private static ulong Number(string method, HexBigInteger? quantity, string field)
    {
        var number = BigNumber(method, quantity, field);
        return number <= long.MaxValue ? (ulong)number : throw Bad(method, field, quantity!.HexValue, "a number up to 2^63-1");
    }

    private static BigInteger BigNumber(string method, HexBigInteger? quantity, string field)
    {
        var text = quantity?.HexValue;
        return
            text is { Length: > 2 and <= 66 }
            && text.StartsWith("0x", StringComparison.Ordinal)
            && BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad(method, field, text, "a hex number of at most 256 bits");
    }

    private static byte[] Bytes(string method, string? text, string field) =>
        Hex.TryDecode(text, out var bytes) ? bytes : throw Bad(method, field, text, "hex data");

    private static Hash32 Hash(string method, string? text, string field) =>
        Hash32.TryParse(text, out var hash) ? hash : throw Bad(method, field, text, "a 32-byte hash");

    private static Address Address(string method, string? text, string field) =>
        Domain.Address.TryParse(text, out var address) ? address : throw Bad(method, field, text, "an address");

    private static T? Read<T>(string method, JsonElement answer)
    {
        try
        {
            return answer.Deserialize<T>(RpcJson.Answers);
        }
        catch (JsonException exception)
        {
            var path = exception.Path ?? "$";
            foreach (Match step in Steps.Matches(path))
                answer = step.Groups[1].Success
                    ? answer[int.Parse(step.Groups[1].ValueSpan, CultureInfo.InvariantCulture)]
                    : answer.GetProperty(step.Groups[2].Value);
            throw Bad(method, Result + path[1..], answer.GetRawText(), "a different kind of JSON value");
        }
    }

    private static EthereumRpcException Bad(string method, string field, string? value, string expected) =>
        new(method, null, $"the L1 node's answer has '{RpcErrors.Shorten(value ?? "null")}' in {field}, expected {expected}");
}
