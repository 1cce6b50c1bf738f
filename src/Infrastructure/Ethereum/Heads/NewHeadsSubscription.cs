using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Rollups.Ethereum;

/// <summary>eth_subscribe newHeads over a WebSocket; connects again, with growing waits, whenever the line fails or falls silent.</summary>
internal sealed partial class NewHeadsSubscription(EthereumOptions options, TimeProvider clock, ILogger logger)
{
    private static readonly byte[] Subscribe = """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"""u8.ToArray();

    public async Task RunAsync(Action onHead, CancellationToken cancellationToken)
    {
        var retries = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(exception => exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(30),
                UseJitter = true,
                OnRetry = arguments =>
                {
                    LogLost(logger, new Uri(options.WebSocketEndpoint).Authority, arguments.Outcome.Exception?.Message ?? "closed", arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        // A line that worked begins its waits anew: the pipeline is left with every connection that brought a head.
        while (!cancellationToken.IsCancellationRequested)
            await retries.ExecuteAsync(async token => await ListenAsync(onHead, token), cancellationToken);
    }

    private async Task ListenAsync(Action onHead, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(options.WebSocketEndpoint), cancellationToken);
        await socket.SendAsync(Subscribe, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        var heads = 0;
        try
        {
            while (true)
            {
                using var silence = new CancellationTokenSource(options.HeadTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
                try
                {
                    if (await ReceiveAsync(socket, either.Token) is not { } message)
                        throw new WebSocketException("the server closed the connection");
                    if (message["error"] is { } error)
                        throw new WebSocketException($"the server refused the subscription: {RpcErrors.Shorten(error.ToJsonString())}");
                    if (message["method"]?.ToString() == "eth_subscription")
                    {
                        heads++;
                        onHead();
                    }
                }
                catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new TimeoutException($"no head for {options.HeadTimeout}");
                }
            }
        }
        catch (Exception exception) when (heads > 0 && exception is WebSocketException or TimeoutException)
        {
            LogLost(logger, new Uri(options.WebSocketEndpoint).Authority, exception.Message, TimeSpan.Zero);
        }
    }

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
            return JsonNode.Parse(message.ToArray()) as JsonObject ?? throw new WebSocketException("the server sent something that is not a JSON object");
        }
        catch (JsonException)
        {
            throw new WebSocketException("the server sent something that is not JSON");
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "The WebSocket to {Host} was lost ({Reason}); it is connected again in {Delay}. Heads are found by polling meanwhile.")]
    private static partial void LogLost(ILogger logger, string host, string reason, TimeSpan delay);
}
