using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nethereum.Hex.HexConvertors.Extensions;

namespace VoucherExecutor;

/// <summary>A voucher: its output index, the encoded output, and the siblings of its proof, from the leaf up.</summary>
public sealed record Voucher(ulong Index, byte[] Output, byte[][] Siblings);

/// <summary>The node's JSON-RPC API.</summary>
public sealed class Node(HttpClient http)
{
    private const int Limit = 100;

    /// <summary>The vouchers of an epoch that the node has not seen executed, page by page.</summary>
    public async IAsyncEnumerable<Voucher> VouchersAsync(string application, ulong epoch, [EnumeratorCancellation] CancellationToken token)
    {
        for (var (next, count) = (0UL, Limit); count == Limit; )
        {
            var query = new
            {
                application,
                epoch_index = $"0x{epoch:x}",
                from = $"0x{next:x}",
                executed = false,
                limit = Limit,
            };
            var call = new
            {
                jsonrpc = "2.0",
                id = 1,
                method = "cartesi_listOutputs",
                @params = query,
            };
            using var response = await http.PostAsJsonAsync("rpc", call, token);
            var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(token);
            if (!answer.TryGetProperty("result", out var page))
                throw new InvalidOperationException($"The node refused the query: {answer}");
            count = page.GetProperty("data").GetArrayLength();
            foreach (var output in page.GetProperty("data").EnumerateArray())
            {
                next = Convert.ToUInt64(output.GetProperty("index").GetString(), 16) + 1;
                var data = output.GetProperty("raw_data").GetString()!;
                var siblings = output.GetProperty("output_hashes_siblings").EnumerateArray();
                // Voucher(address,uint256,bytes) and DelegateCallVoucher(address,bytes); a notice is not executed.
                if (data.StartsWith("0x237a816f") || data.StartsWith("0x10321e8b"))
                    yield return new(next - 1, data.HexToByteArray(), [.. siblings.Select(Bytes)]);
            }
        }
    }

    private static byte[] Bytes(JsonElement hex) => hex.GetString().HexToByteArray();
}
