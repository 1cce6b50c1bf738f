using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Stories;
using Rollups.Api.Wire;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Http;

/// <summary>GET /epochs and /epochs/{application}/{index}: the stages of epochs, as plain JSON.</summary>
internal sealed class EpochEndpoints(ChainIdentity chain, ApiOptions options, IServiceScopeFactory scopes, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder server)
    {
        server.MapGet("/epochs", http => AnswerAsync(http, ListAsync));
        server.MapGet("/epochs/{application}/{index}", http => AnswerAsync(http, TellAsync));
    }

    private async Task<object?> ListAsync(HttpContext http, RollupsDbContext db, CancellationToken cancellationToken) =>
        await ListEpochs.RunAsync(db, EpochQuery.Read(http.Request.Query), clock.GetUtcNow(), cancellationToken);

    private async Task<object?> TellAsync(HttpContext http, RollupsDbContext db, CancellationToken cancellationToken) =>
        await TellEpoch.RunAsync(
            db,
            chain.ChainId,
            EpochQuery.Key((string)http.Request.RouteValues["application"]!),
            EpochQuery.Index((string)http.Request.RouteValues["index"]!),
            cancellationToken
        );

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, RollupsDbContext, CancellationToken, Task<object?>> answer)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var found = await answer(http, scope.ServiceProvider.GetRequiredService<RollupsDbContext>(), either.Token);
            await (
                found is null
                    ? WriteAsync(http, StatusCodes.Status404NotFound, new Problem("The application has no such epoch (yet)."))
                    : WriteAsync(http, StatusCodes.Status200OK, found)
            );
        }
        catch (BadQueryException wrong)
        {
            await WriteAsync(http, StatusCodes.Status400BadRequest, new Problem(wrong.Message));
        }
        catch (UnknownApplicationException unknown)
        {
            await WriteAsync(http, StatusCodes.Status404NotFound, new Problem(unknown.Message));
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            await WriteAsync(http, StatusCodes.Status503ServiceUnavailable, new Problem("The request's time is up: try again later."));
        }
    }

    private static async Task WriteAsync(HttpContext http, int status, object answer)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), WireJson.Http),
            http.RequestAborted
        );
    }

    /// <summary>Why a query has no answer.</summary>
    /// <param name="Error">What is wrong, and the remedy.</param>
    private sealed record Problem(string Error);
}
