using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Stories;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Http;

/// <summary>GET /epochs, /epochs/{application}/{index} and /transactions: the way of epochs to L1, as plain JSON.</summary>
internal sealed class EpochEndpoints(ChainIdentity chain, ApiOptions options, IServiceScopeFactory scopes, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder server)
    {
        server.MapGet("/epochs", http => AnswerAsync(http, ListAsync));
        server.MapGet("/epochs/{application}/{index}", http => AnswerAsync(http, TellAsync));
        server.MapGet("/transactions", http => AnswerAsync(http, ListTransactionsAsync));
    }

    private async Task<object?> ListAsync(HttpContext http, RollupsDbContext db, CancellationToken cancellationToken) =>
        await ListEpochs.RunAsync(db, EpochQuery.Read(http.Request.Query), clock.GetUtcNow(), cancellationToken);

    private async Task<object?> TellAsync(HttpContext http, RollupsDbContext db, CancellationToken cancellationToken) =>
        await EpochStoryBuilder.RunAsync(
            db,
            chain.ChainId,
            EpochQuery.Key((string)http.Request.RouteValues["application"]!),
            EpochQuery.Index((string)http.Request.RouteValues["index"]!),
            cancellationToken
        );

    private static async Task<object?> ListTransactionsAsync(HttpContext http, RollupsDbContext db, CancellationToken cancellationToken) =>
        await ListTransactions.RunAsync(db, http.Request.Query, cancellationToken);

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
                    ? HttpAnswer.WriteAsync(
                        http,
                        StatusCodes.Status404NotFound,
                        new HttpAnswer.Problem("The application has no such epoch (yet).")
                    )
                    : HttpAnswer.WriteAsync(http, StatusCodes.Status200OK, found)
            );
        }
        catch (BadQueryException wrong)
        {
            await HttpAnswer.WriteAsync(http, StatusCodes.Status400BadRequest, new HttpAnswer.Problem(wrong.Message));
        }
        catch (UnknownApplicationException unknown)
        {
            await HttpAnswer.WriteAsync(http, StatusCodes.Status404NotFound, new HttpAnswer.Problem(unknown.Message));
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            await HttpAnswer.WriteAsync(
                http,
                StatusCodes.Status503ServiceUnavailable,
                new HttpAnswer.Problem("The request's time is up: try again later.")
            );
        }
    }
}
