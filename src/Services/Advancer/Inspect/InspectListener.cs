using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Http;
using Rollups.Machines;
using Rollups.Settings;

namespace Rollups.Advancer.Inspect;

/// <summary>HTTP around <see cref="InspectApplication"/>: <c>POST /inspect/APPLICATION</c> with the query as the raw body.</summary>
internal sealed partial class InspectListener(InspectApplication inspect, InspectOptions options, ILogger<InspectListener> logger)
    : IHostedService,
        IInspectListener,
        IAsyncDisposable
{
    /// <summary>The machine's receive buffer.</summary>
    public const int MaxQuery = 1 << 21;

    private WebListener? _listener;

    public IPEndPoint? EndPoint => _listener?.EndPoint;

    /// <exception cref="OperatorException">The address cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return;
        _listener = await WebListener.StartAsync(
            "inspect listener",
            $"{InspectOptions.Section}:{nameof(InspectOptions.Address)}",
            options.EndPoint,
            MaxQuery,
            limits: null,
            server =>
            {
                server.UseRouting();
                server.MapPost("/inspect/{application}", (RequestDelegate)AnswerAsync);
            },
            cancellationToken,
            options.Hosts
        );
        LogListening(_listener.EndPoint);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _listener?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _listener, null) is { } listener)
            await listener.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["application"]!;
        try
        {
            using var query = new MemoryStream();
            await http.Request.Body.CopyToAsync(query, http.RequestAborted);
            var result = await inspect.RunAsync(name, query.ToArray(), http.RequestAborted);
            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(Json(result), http.RequestAborted);
        }
        catch (InspectRefusal refusal)
        {
            if (refusal.Retry)
                http.Response.Headers.RetryAfter = "1";
            await RefuseAsync(http, refusal.Status, refusal.Message);
        }
        catch (BadHttpRequestException exception)
        {
            await RefuseAsync(
                http,
                exception.StatusCode,
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? $"The query has more than {MaxQuery} bytes."
                    : "The request is not HTTP."
            );
        }
        catch (Exception exception)
            when (http.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The client has gone.
        }
        catch (Exception exception)
        {
            LogFailed(exception, name, http.TraceIdentifier);
            await RefuseAsync(
                http,
                StatusCodes.Status500InternalServerError,
                $"The query failed; the node's log has {http.TraceIdentifier}."
            );
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n", http.RequestAborted);
    }

    private static byte[] Json(InspectResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("status", result.Outcome.ToString());
            if (result.Error is { } error)
                json.WriteString("error", error);
            if (result.ExceptionData is { } data)
            {
                // Older and newer clients read one of the two.
                json.WriteString("exception", Hex.Encode(data));
                json.WriteString("exception_data", Hex.Encode(data));
            }

            json.WriteStartArray("reports");
            foreach (var report in result.Reports)
            {
                json.WriteStartObject();
                json.WriteString("payload", Hex.Encode(report));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("processed_input_count", result.ProcessedInputs);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    [LoggerMessage(310, LogLevel.Information, "Inspect queries on http://{EndPoint}/inspect/APPLICATION")]
    private partial void LogListening(IPEndPoint endPoint);

    [LoggerMessage(311, LogLevel.Error, "A query to '{Application}' failed ({Id}). Inputs are not affected")]
    private partial void LogFailed(Exception exception, string application, string id);
}
