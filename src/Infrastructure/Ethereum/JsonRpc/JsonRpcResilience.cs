using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Rollups.Ethereum;

/// <summary>Retries of HTTP requests to the L1. Every method used is safe to repeat: sending the same signed bytes twice is one transaction.</summary>
internal static class JsonRpcResilience
{
    public static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, EthereumOptions options)
    {
        if (options.MaxRetries > 0)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(IsPassing(arguments.Outcome)),
            });
        }

        pipeline.AddTimeout(options.RequestTimeout);
    }

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException or IOException } => true,
        { Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => true,
        // A node may answer a JSON-RPC error with 500 and a body; the transport reads that body when the retries are over.
        { Result.StatusCode: >= HttpStatusCode.InternalServerError } => true,
        _ => false,
    };
}
