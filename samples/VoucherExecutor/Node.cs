using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace VoucherExecutor;

/// <summary>A voucher: its output index, the encoded output, and the siblings of its proof, from the leaf up.</summary>
public sealed record Voucher(ulong Index, byte[] Output, byte[][] Siblings);

/// <summary>The node's JSON-RPC API.</summary>
public sealed class Node(HttpClient http)
{
    /// <summary>The vouchers of an epoch that the node has not seen executed, one per request: each takes a transaction anyway.</summary>
    public async IAsyncEnumerable<Voucher> VouchersAsync(string application, ulong epoch, [EnumeratorCancellation] CancellationToken token)
    {
        for (var next = 0UL; ; )
        {
            // The output types are Voucher(address,uint256,bytes) and DelegateCallVoucher(address,bytes).
            var call = $$"""
                {"jsonrpc":"2.0","id":1,"method":"cartesi_listOutputs","params":{"application":"{{application}}","limit":1,
                "epoch_index":"0x{{epoch:x}}","from":"0x{{next:x}}","output_type":["0x237a816f","0x10321e8b"],"executed":false} }
                """;
            using var response = await http.PostAsync("rpc", new StringContent(call, null, "application/json"), token);
            var answer = JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(token))!;
            var found = answer["result"]?["data"]?.AsArray() ?? throw new InvalidOperationException($"The node refused: {answer}");
            if (found.Count == 0)
                yield break;
            var index = Convert.ToUInt64((string)found[0]!["index"]!, 16);
            yield return new(index, Bytes(found[0]!["raw_data"]), [.. found[0]!["output_hashes_siblings"]!.AsArray().Select(Bytes)]);
            next = index + 1;
        }
    }

    private static byte[] Bytes(JsonNode? hex) => Convert.FromHexString(((string)hex!).AsSpan(2));
}
