using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Rpc;
using Rollups.Persistence;

namespace Rollups.Api.Http;

/// <summary>POST /rpc.</summary>
internal sealed class RpcEndpoint(RpcProcessor processor, ApiOptions options, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>Reads the body, has it answered, and writes the answer. Errors of JSON-RPC have HTTP status 200.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        using var body = new MemoryStream();
        try
        {
            await http.Request.Body.CopyToAsync(body, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await ApiGate.RefuseAsync(http, StatusCodes.Status408RequestTimeout, "the body did not arrive in time");
            return;
        }

        if (body.Length == 0)
        {
            await ApiGate.RefuseAsync(http, StatusCodes.Status400BadRequest, "the body is empty: send a request of JSON-RPC 2.0");
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        using var answers = new AnswerBuffer(RpcLimits.AnswerBytes);
        await processor.AnswerAsync(
            body.GetBuffer().AsMemory(0, (int)body.Length),
            answers,
            scope.ServiceProvider.GetRequiredService<RollupsDbContext>(),
            http.TraceIdentifier,
            either.Token
        );
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answers.Length;
        await http.Response.Body.WriteAsync(answers.Written, http.RequestAborted);
    }
}
