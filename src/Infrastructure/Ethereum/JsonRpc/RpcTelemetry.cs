using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nethereum.JsonRpc.Client;

namespace Rollups.Ethereum;

/// <summary>
/// Duration and errors of the requests to L1, by endpoint and method, and a span for each, under the names of OpenTelemetry's semantic
/// conventions for RPC. An endpoint is named by host and port alone: the rest of its URL may be a key.
/// </summary>
internal static class RpcTelemetry
{
    // The same names as Messaging's, which refers to this project.
    private const string Name = "MassTransit.Rollups";
    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Source = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "rpc.client.call.duration",
        "s",
        "Duration of requests to the L1 endpoint, retries included, by method; requests of several methods are 'batch'",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        }
    );
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>(
        "rollups.l1.calls",
        "{call}",
        "Calls to the L1 endpoint, by method and error; each call of a batch counts"
    );

    /// <summary>Begins a request.</summary>
    public static Request Begin(IReadOnlyList<RpcRequest> calls, Uri endpoint)
    {
        var method = calls.All(call => call.Method == calls[0].Method) ? calls[0].Method : "batch";
        var span = Source.StartActivity(method, ActivityKind.Client);
        span?.SetTag("rpc.system.name", "jsonrpc")
            .SetTag("rpc.method", method)
            .SetTag("server.address", endpoint.Host)
            .SetTag("server.port", endpoint.Port)
            .SetTag("rollups.l1.calls", calls.Count);
        return new Request(calls, method, endpoint, span);
    }

    /// <summary>A request that runs.</summary>
    internal sealed class Request(IReadOnlyList<RpcRequest> calls, string method, Uri endpoint, Activity? span) : IDisposable
    {
        private readonly long _began = Stopwatch.GetTimestamp();
        private string? _error;

        /// <summary>The endpoint answered.</summary>
        public RpcAnswer[] Answered(RpcAnswer[] answers)
        {
            foreach (var answer in answers)
                Count(answer.Method, ErrorOf(answer.Error));
            _error = answers.Select(answer => ErrorOf(answer.Error)).FirstOrDefault(error => error is not null);
            return answers;
        }

        /// <summary>The endpoint gave no answer, or none that can be read.</summary>
        public void Failed(Exception exception)
        {
            _error = exception switch
            {
                OperationCanceledException => "cancelled",
                EthereumRpcException { Code: { } code } => Word(code),
                EthereumRpcException => "unreadable",
                _ => "unreachable",
            };
            foreach (var call in calls)
                Count(call.Method, _error);
        }

        public void Dispose()
        {
            if (_error is { } error)
                span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
            var tags = new TagList
            {
                { "rpc.system.name", "jsonrpc" },
                { "rpc.method", method },
                { "server.address", endpoint.Host },
                { "server.port", endpoint.Port },
            };
            if (_error is not null)
                tags.Add("error.type", _error);
            Duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, tags);
            span?.Dispose();
        }

        private void Count(string called, string? error)
        {
            var tags = new TagList
            {
                { "rpc.method", called },
                { "server.address", endpoint.Host },
                { "server.port", endpoint.Port },
            };
            if (error is not null)
                tags.Add("error.type", error);
            Calls.Add(1, tags);
        }
    }

    private static string? ErrorOf(JsonObject? error) =>
        error is null ? null
        : error["code"] is JsonValue code && code.TryGetValue<int>(out var number) ? Word(number)
        : "other";

    // JSON-RPC's own range, a revert, and HTTP. Every other code is one series, because providers invent them.
    private static string Word(int code) =>
        code is (>= -32768 and <= -32000) or 3 or (>= 300 and <= 599) ? code.ToString(CultureInfo.InvariantCulture) : "other";
}
