using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum.Tests.JsonRpc;

/// <summary>How the fake node answers one HTTP request.</summary>
internal delegate Task Reply(HttpContext context, JsonNode request);

/// <summary>An L1 node on a loopback port that says what it is told to: reply by reply, the last one for ever.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonNode> _requests = new();
    private int _next = -1;

    private FakeNode(Reply[] replies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            var request = (await JsonNode.ParseAsync(context.Request.Body))!;
            _requests.Enqueue(request);
            await replies[Math.Min(Interlocked.Increment(ref _next), replies.Length - 1)](context, request);
        });
    }

    public string Url => _app.Urls.Single();

    /// <summary>Bodies of the HTTP requests so far.</summary>
    public IReadOnlyList<JsonNode> Requests => [.. _requests];

    public static async Task<FakeNode> StartAsync(params Reply[] replies)
    {
        var node = new FakeNode(replies);
        await node._app.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>The services of AddEthereum against this node, with waits too short to notice.</summary>
    public ServiceProvider Services(params (string Key, string Value)[] settings) => ServicesFor(Url, settings);

    /// <summary>The same, with requests through a handler that stands where .NET's own does.</summary>
    public ServiceProvider ServicesBehind(HttpMessageHandler handler, params (string Key, string Value)[] settings)
    {
        var services = Collect(Url, TimeProvider.System, settings);
        services.AddHttpClient(JsonRpcTransport.ClientName).ConfigurePrimaryHttpMessageHandler(() => handler);
        return services.BuildServiceProvider();
    }

    /// <summary>The same by another clock.</summary>
    public ServiceProvider Services(TimeProvider clock, params (string Key, string Value)[] settings) => ServicesFor(Url, clock, settings);

    public static ServiceProvider ServicesFor(string url, params (string Key, string Value)[] settings) =>
        ServicesFor(url, TimeProvider.System, settings);

    private static ServiceProvider ServicesFor(string url, TimeProvider clock, (string Key, string Value)[] settings) =>
        Collect(url, clock, settings).BuildServiceProvider();

    private static IServiceCollection Collect(string url, TimeProvider clock, (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["HttpEndpoint"] = url,
            ["ChainId"] = "31337",
            ["RetryDelay"] = "00:00:00.001",
        };
        foreach (var (key, value) in settings)
            values[key] = value;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"Ethereum:{pair.Key}", pair.Value)))
            .Build();
        return new ServiceCollection().AddSingleton(clock).AddLogging().AddEthereum(configuration);
    }

    /// <summary>Answers every call, alone or in a batch, with a result or an error by its method and parameters.</summary>
    public static Reply Answers(Func<JsonNode, RpcReply> answer) =>
        (context, request) =>
            Write(
                context,
                200,
                (
                    request is JsonArray batch
                        ? new JsonArray([.. batch.Select(call => (JsonNode)answer(call!).For(call!))])
                        : (JsonNode)answer(request).For(request)
                ).ToJsonString()
            );

    public static Reply Result(JsonNode? result) => Answers(_ => RpcReply.Result(result?.DeepClone()));

    public static Reply Error(int code, string message, JsonNode? data = null) =>
        Answers(_ => RpcReply.Error(code, message, data?.DeepClone()));

    /// <summary>A body as it is; {id} stands for the id of the (first) call.</summary>
    public static Reply Raw(string body, int status = 200, string? retryAfter = null) =>
        (context, request) =>
        {
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            var id = (request is JsonArray batch ? batch[0]! : request)["id"]!.GetValue<long>();
            return Write(context, status, body.Replace("{id}", id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        };

    /// <summary>Breaks the connection, with nothing said.</summary>
    public static Reply Broken =>
        (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

    /// <summary>Sends the headers and half a body, and then nothing more until the client gives up.</summary>
    public static Reply Stalled => StalledThen(() => { });

    /// <summary>The same; calls back once half the body is sent.</summary>
    public static Reply StalledThen(Action whenStalled) =>
        async (context, _) =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"jsonrpc\":", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            whenStalled();
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static Task Write(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }
}

/// <summary>A result or an error of one call.</summary>
internal sealed record RpcReply(JsonNode? Value, JsonObject? Failure)
{
    public static RpcReply Result(JsonNode? value) => new(value, null);

    public static RpcReply Error(int code, string message, JsonNode? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
            error["data"] = data;
        return new(null, error);
    }

    public JsonObject For(JsonNode call)
    {
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone() };
        if (Failure is null)
            answer["result"] = Value;
        else
            answer["error"] = Failure;
        return answer;
    }
}
