using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Rollups.Ethereum;

/// <summary>
/// Retries of HTTP requests to the L1. Every method used is safe to repeat: sending the same signed bytes twice is one transaction.
/// </summary>
internal static class JsonRpcResilience
{
    /// <summary>
    /// A request with this option is sent once: it may be larger than the endpoint accepts, and the caller then sends a smaller one.
    /// </summary>
    public static readonly HttpRequestOptionsKey<bool> Once = new("rollups-once");

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, EthereumOptions options)
    {
        if (options.MaxRetries > 0)
        {
            var retry = new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                MaxDelay = LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments =>
                    arguments.Context.GetRequestMessage() is { } request && request.Options.TryGetValue(Once, out var once) && once
                        ? ValueTask.FromResult(false)
                        : IsPassingAsync(arguments.Outcome),
            };
            // The options honour Retry-After themselves, but a provider that demands an hour must not stop the node for an hour.
            if (retry.DelayGenerator is { } asked)
                retry.DelayGenerator = async arguments => await asked(arguments) is { } delay ? Shorter(delay, LongestDelay) : null;
            pipeline.AddRetry(retry);
        }

        pipeline.AddTimeout(options.RequestTimeout);
    }

    /// <summary>The same delays for a "too many requests" JSON-RPC error in a response with an HTTP success status.</summary>
    public static RetryStrategyOptions<T> RateLimit<T>(EthereumOptions options, Func<T, bool> isLimited) =>
        new()
        {
            MaxRetryAttempts = options.MaxRetries,
            Delay = options.RetryDelay,
            MaxDelay = LongestDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } result && isLimited(result)),
        };

    private static async ValueTask<bool> IsPassingAsync(Outcome<HttpResponseMessage> outcome) =>
        outcome switch
        {
            // A response that is too large will be too large again.
            { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } } => false,
            { Exception: HttpRequestException or TimeoutRejectedException or IOException } => true,
            { Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => true,
            { Result: { StatusCode: >= HttpStatusCode.InternalServerError } response } => !await IsAnswerAsync(response),
            _ => false,
        };

    // Some nodes send a revert with status 500. That is an answer, and a retry would return the same.
    private static async ValueTask<bool> IsAnswerAsync(HttpResponseMessage response)
    {
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsByteArrayAsync()) switch
            {
                JsonArray => true,
                JsonObject answer => answer["error"] is JsonObject error && RpcErrors.IsRevert(error),
                _ => false,
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return false;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
