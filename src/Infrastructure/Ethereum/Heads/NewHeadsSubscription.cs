using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Rollups.Ethereum;

/// <summary>
/// eth_subscribe newHeads over a WebSocket; reconnects with growing delays whenever the connection fails or goes silent.
/// </summary>
internal sealed partial class NewHeadsSubscription(EthereumOptions options, TimeProvider clock, ILogger logger)
{
    private static readonly byte[] Subscribe = """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"""u8.ToArray();

    private volatile bool _isLive;

    /// <summary>True from the server's confirmation of the subscription until the connection is lost.</summary>
    public bool IsLive => _isLive;

    /// <summary>Calls back on every head, and on every subscription, because a head may have preceded it.</summary>
    public async Task RunAsync(Action onHead, CancellationToken cancellationToken)
    {
        var retries = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(exception =>
                        exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested
                    ),
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = TimeSpan.FromSeconds(30),
                    UseJitter = true,
                    OnRetry = arguments =>
                    {
                        LogLost(
                            logger,
                            new Uri(options.WebSocketEndpoint).Authority,
                            Reason(arguments.Outcome.Exception),
                            arguments.RetryDelay
                        );
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        // A connection that delivered a head leaves the pipeline, which resets the retry delays.
        while (!cancellationToken.IsCancellationRequested)
            await retries.ExecuteAsync(async token => await ListenAsync(onHead, token), cancellationToken);
    }

    private async Task ListenAsync(Action onHead, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        var address = EndpointAddress.Parse(options.WebSocketEndpoint);
        if (address.Authorization is { } authorization)
            socket.Options.SetRequestHeader("Authorization", authorization);
        var heads = 0;
        try
        {
            await BeforeSilenceAsync(
                async token =>
                {
                    await socket.ConnectAsync(address.Uri, token);
                    await socket.SendAsync(Subscribe, WebSocketMessageType.Text, endOfMessage: true, token);
                    return true;
                },
                "no connection",
                cancellationToken
            );
            while (true)
            {
                var message =
                    await BeforeSilenceAsync(token => ReceiveAsync(socket, token), "no head", cancellationToken)
                    ?? throw new WebSocketException("the server closed the connection");
                if (message["error"] is { } error)
                    throw new WebSocketException($"the server refused the subscription: {RpcErrors.Shorten(error.ToJsonString())}");
                if (message["method"]?.ToString() == "eth_subscription")
                    heads++;
                else if (message["result"] is null)
                    continue;
                _isLive = true;
                onHead();
            }
        }
        catch (Exception exception) when (heads > 0 && exception is WebSocketException or TimeoutException)
        {
            LogLost(logger, new Uri(options.WebSocketEndpoint).Authority, Reason(exception), TimeSpan.Zero);
        }
        finally
        {
            _isLive = false;
        }
    }

    private async Task<T> BeforeSilenceAsync<T>(Func<CancellationToken, Task<T>> step, string missing, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.HeadTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{missing} for {options.HeadTimeout}");
        }
    }

    private static string Reason(Exception? exception) => exception?.GetBaseException().Message ?? "closed";

    private static async Task<JsonNode?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, part.Count);
            if (message.Length > 1_000_000)
                throw new WebSocketException("the server sent a message of more than 1 MB");
            if (part.EndOfMessage)
                break;
        }

        try
        {
            return JsonNode.Parse(message.ToArray()) as JsonObject
                ?? throw new WebSocketException("the server sent something that is not a JSON object");
        }
        catch (JsonException)
        {
            throw new WebSocketException("the server sent something that is not JSON");
        }
    }

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "The WebSocket to {Host} was lost ({Reason}); it is connected again in {Delay}. Heads are found by polling meanwhile."
    )]
    private static partial void LogLost(ILogger logger, string host, string reason, TimeSpan delay);
}
