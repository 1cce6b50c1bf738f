using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>Well-formed pieces of answers, to be bent by the tests.</summary>
internal static class Samples
{
    public static Address Contract { get; } = Address.Parse("0x1b51e2992a2755ba4d6f7094032df91991a0cfac");

    public static CallRequest Call { get; } = new(Contract, [0x61, 0xa9, 0x3c, 0x87]);

    public static Hash32 Hash(ulong number) => Keccak256.Hash(AbiValue.Of(number).Encoded);

    public static JsonObject Block(ulong number, string? baseFee = "0x7") =>
        new()
        {
            ["number"] = Quantity(number),
            ["hash"] = Hash(number).ToString(),
            ["parentHash"] = Hash(number - 1).ToString(),
            ["timestamp"] = "0x67748580",
            ["baseFeePerGas"] = baseFee,
        };

    public static JsonObject Log(ulong block, ulong index) =>
        new()
        {
            ["address"] = Contract.ToString(),
            ["topics"] = new JsonArray(Hash(1).ToString()),
            ["data"] = "0x1234",
            ["blockNumber"] = Quantity(block),
            ["blockHash"] = Hash(block).ToString(),
            ["transactionHash"] = Hash(99).ToString(),
            ["logIndex"] = Quantity(index),
            ["removed"] = false,
        };

    public static JsonObject Receipt() =>
        new()
        {
            ["transactionHash"] = Hash(99).ToString(),
            ["blockNumber"] = "0x5",
            ["blockHash"] = Hash(5).ToString(),
            ["status"] = "0x1",
            ["gasUsed"] = "0x5208",
            ["effectiveGasPrice"] = "0x3b9aca07",
            ["contractAddress"] = null,
            ["logs"] = new JsonArray(Log(5, 0), Log(5, 1)),
        };

    public static string Quantity(ulong number) => BlockTag.At(number).ToString();
}
