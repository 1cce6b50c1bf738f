using Microsoft.AspNetCore.Http;

namespace Rollups.Api.Pipeline;

/// <summary>GET /pipeline: the node at a glance.</summary>
internal sealed class PipelineEndpoint(ReadPipeline summary, ApiOptions options, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext http)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        ReadOnlyMemory<byte> answer;
        try
        {
            answer = await summary.RunAsync(either.Token);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            await Http.HttpAnswer.WriteAsync(
                http,
                StatusCodes.Status503ServiceUnavailable,
                new Http.HttpAnswer.Problem("The request's time is up: try again later.")
            );
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }
}
