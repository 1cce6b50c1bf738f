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
    private const int PageSize = 100;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The vouchers of an epoch that the node has not seen executed, page by page.</summary>
    public async IAsyncEnumerable<Voucher> VouchersAsync(string application, ulong epoch, [EnumeratorCancellation] CancellationToken token)
    {
        for (var next = 0UL; ; )
        {
            var call = new Call("cartesi_listOutputs", new Query(application, $"0x{epoch:x}", $"0x{next:x}"));
            using var response = await http.PostAsJsonAsync("rpc", call, Json, token);
            var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Answer>(Json, token);
            var outputs = answer?.Result?.Data ?? throw new InvalidOperationException($"The node refused the query: {answer?.Error}");
            foreach (var output in outputs)
            {
                next = Convert.ToUInt64(output.Index, 16) + 1;
                // Voucher(address,uint256,bytes) and DelegateCallVoucher(address,bytes); a notice is not executed.
                if (output.RawData.StartsWith("0x237a816f") || output.RawData.StartsWith("0x10321e8b"))
                    yield return new(next - 1, Bytes(output.RawData), [.. output.OutputHashesSiblings.Select(Bytes)]);
            }

            if (outputs.Length < PageSize)
                yield break;
        }
    }

    private static byte[] Bytes(string hex) => hex.HexToByteArray();

    private sealed record Call(string Method, Query Params, string Jsonrpc = "2.0", int Id = 1);

    private sealed record Query(string Application, string EpochIndex, string From, bool Executed = false, int Limit = PageSize);

    private sealed record Answer(Page? Result, JsonElement? Error);

    private sealed record Page(Output[] Data);

    private sealed record Output(string Index, string RawData, string[] OutputHashesSiblings);
}
