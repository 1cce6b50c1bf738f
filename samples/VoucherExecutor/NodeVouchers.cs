using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Nethereum.Hex.HexConvertors.Extensions;

namespace VoucherExecutor;

/// <summary>A voucher with its proof.</summary>
/// <param name="Index">Index of the output in the application.</param>
/// <param name="Output">The encoded output, as the contract takes it.</param>
/// <param name="Siblings">Siblings of the proof, from the leaf up.</param>
public sealed record Voucher(ulong Index, byte[] Output, IReadOnlyList<byte[]> Siblings);

/// <summary>Where vouchers come from.</summary>
public interface IVouchers
{
    /// <summary>The vouchers of an epoch that the node has not seen executed.</summary>
    IAsyncEnumerable<Voucher> ReadAsync(string application, ulong epoch, CancellationToken cancellationToken);
}

/// <summary>The node's JSON-RPC API: cartesi_listOutputs, page by page.</summary>
public sealed class NodeVouchers(HttpClient node) : IVouchers
{
    private const int PageSize = 100;

    // Voucher(address,uint256,bytes) and DelegateCallVoucher(address,bytes); everything else, such as a notice, is not executed.
    private static readonly string[] Selectors = ["0x237a816f", "0x10321e8b"];

    public async IAsyncEnumerable<Voucher> ReadAsync(
        string application,
        ulong epoch,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var from = 0UL; ; )
        {
            var outputs = await PageAsync(application, epoch, from, cancellationToken);
            foreach (var output in outputs)
            {
                var raw = output.GetProperty("raw_data").GetString()!;
                from = Convert.ToUInt64(output.GetProperty("index").GetString(), 16) + 1;
                var siblings = output.GetProperty("output_hashes_siblings");
                if (Selectors.Any(raw.StartsWith) && siblings.ValueKind == JsonValueKind.Array)
                    yield return new Voucher(
                        from - 1,
                        raw.HexToByteArray(),
                        [.. siblings.EnumerateArray().Select(sibling => sibling.GetString()!.HexToByteArray())]
                    );
            }

            if (outputs.Count < PageSize)
                yield break;
        }
    }

    private async Task<List<JsonElement>> PageAsync(string application, ulong epoch, ulong from, CancellationToken cancellationToken)
    {
        var call = new
        {
            jsonrpc = "2.0",
            id = 1,
            method = "cartesi_listOutputs",
            @params = new
            {
                application,
                epoch_index = $"0x{epoch:x}",
                from = $"0x{from:x}",
                executed = false,
                limit = PageSize,
            },
        };
        using var response = await node.PostAsJsonAsync("rpc", call, cancellationToken);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"The node refused the query: {error.GetProperty("message").GetString()}")
            : [.. answer.GetProperty("result").GetProperty("data").EnumerateArray()];
    }
}
