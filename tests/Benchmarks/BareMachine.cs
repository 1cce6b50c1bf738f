using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Rollups.Domain;

namespace Rollups.Benchmarks;

/// <summary>
/// A machine server driven by hand, with nothing but the calls that an input needs: what a guest costs without the node. It is the stand-in
/// of tests/Machines with the delays of a real one, or the real one that CARTESI_JSONRPC_MACHINE names.
/// </summary>
internal sealed class BareMachine : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private Hash32 _root;

    private BareMachine(Process process, Uri address) =>
        (_process, _http) = (process, new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address });

    public static async Task<BareMachine> StartAsync(MachineProgram program)
    {
        var start = new ProcessStartInfo(program.Server, ["--server-address=127.0.0.1:0", "--log-level=info"])
        {
            RedirectStandardError = true,
        };
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        var process = Process.Start(start)!;
        string bound;
        do bound = await process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("The server ended at its start.");
        while (!bound.Contains("server bound to"));
        var machine = new BareMachine(process, new Uri($"http://{bound.Split(' ')[^1]}/"));
        try
        {
            await machine.CallAsync(
                "machine.load",
                new JsonObject
                {
                    ["directory"] = program.Template,
                    ["runtime_config"] = new JsonObject(),
                    ["sharing"] = "none",
                }
            );
            await machine.ReadRootAsync();
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends an input, runs it to its end, and returns the time of the run alone.</summary>
    public async Task<TimeSpan> RunAsync(byte[] input)
    {
        await CallAsync(
            "machine.send_cmio_response",
            new JsonObject
            {
                ["reason"] = 0,
                ["data"] = Convert.ToBase64String(input),
                ["revert_root_hash"] = Convert.ToBase64String(_root.ToByteArray()),
            }
        );
        var time = TimeSpan.Zero;
        string reason;
        do
        {
            var begun = Stopwatch.GetTimestamp();
            reason = (string)(await CallAsync("machine.run", new JsonObject { ["mcycle_end"] = ulong.MaxValue }))!;
            time += Stopwatch.GetElapsedTime(begun);
        } while (reason == "yielded_automatically");

        await ReadRootAsync();
        return time;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task ReadRootAsync() =>
        _root = new Hash32(Convert.FromBase64String((string)(await CallAsync("machine.get_root_hash", new JsonObject()))!));

    private async Task<JsonNode?> CallAsync(string method, JsonObject parameters)
    {
        var call = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = parameters,
        };
        using var body = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync((Uri?)null, body);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"{method}: {error}") : answer["result"];
    }
}
