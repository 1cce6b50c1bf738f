using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using Rollups.Http;

namespace Rollups.Hosting;

/// <summary>
/// A small web server of its own beside the services, so that any host can have it. It starts before every other service and stops after
/// them: /livez answers while the node is still starting and while it shuts down.
/// </summary>
internal sealed partial class HealthListener(
    IOptions<HealthOptions> options,
    IHostApplicationLifetime lifetime,
    IHostEnvironment environment,
    HealthCheckService checks,
    MeterProvider meters,
    TimeProvider clock,
    ILogger<HealthListener> logger,
    HostedServices? services = null
) : IHostedLifecycleService, IHealthListener, IAsyncDisposable
{
    private readonly CheckHistory _seen = new(clock);
    private WebListener? _server;
    private string? _notReady;

    public IPEndPoint? EndPoint { get; private set; }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
            return;
        _server = await WebListener.StartAsync(
            "health listener",
            "Health:Address",
            options.Value.EndPoint,
            largestBody: null,
            limits: null,
            server =>
            {
                server.UseRouting();
                server.MapGet("/livez", Live);
                server.MapGet("/readyz", ReadyAsync);
                server.MapPrometheusScrapingEndpoint("/metrics", meters, configureBranchedPipeline: null, optionsName: null);
            },
            cancellationToken,
            options.Value.Hosts
        );
        EndPoint = _server.EndPoint;
        LogListening(EndPoint);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_server is { } server)
            await server.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
            await server.DisposeAsync();
        EndPoint = null;
    }

    private bool IsAlive => !lifetime.ApplicationStopping.IsCancellationRequested;

    private Task Live(HttpContext http) => AnswerAsync(http, IsAlive, IsAlive ? "alive" : "stopping");

    private async Task ReadyAsync(HttpContext http)
    {
        var readiness =
            IsAlive && lifetime.ApplicationStarted.IsCancellationRequested
                ? Readiness.Of(
                    environment.ApplicationName,
                    services?.Names ?? [],
                    await checks.CheckHealthAsync(http.RequestAborted),
                    options.Value.CheckTimeout,
                    _seen
                )
                : Readiness.Passing(environment.ApplicationName, IsAlive ? "starting" : "stopping");
        // Once per change, not once per probe: each cause has a log line of its own.
        var troubles = readiness.Troubles;
        if (readiness.Checks.Count > 0 && Interlocked.Exchange(ref _notReady, readiness.Ready ? null : troubles) != troubles)
        {
            if (!readiness.Ready)
                LogNotReady(troubles);
        }

        if (IsText(http.Request))
        {
            await AnswerAsync(http, readiness.Ready, readiness.ToLine());
            return;
        }

        http.Response.StatusCode = Status(readiness.Ready);
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(readiness.ToJson(), http.RequestAborted);
    }

    /// <summary>Whether the caller wants the one line.</summary>
    private static bool IsText(HttpRequest request) =>
        request.GetTypedHeaders().Accept.FirstOrDefault() is { } first && first.MediaType.Equals("text/plain", StringComparison.Ordinal);

    private static int Status(bool good) => good ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;

    private Task AnswerAsync(HttpContext http, bool good, string word)
    {
        http.Response.StatusCode = Status(good);
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync($"{environment.ApplicationName}: {word}\n", http.RequestAborted);
    }

    [LoggerMessage(
        EventId = 7001,
        Level = LogLevel.Information,
        Message = "Health and metrics on http://{EndPoint}/livez, /readyz and /metrics"
    )]
    private partial void LogListening(IPEndPoint endPoint);

    [LoggerMessage(
        EventId = 7002,
        Level = LogLevel.Information,
        Message = "Not ready: {Reasons}. The node continues all work that it can; the fallback syncs catch up afterwards"
    )]
    private partial void LogNotReady(string reasons);
}
