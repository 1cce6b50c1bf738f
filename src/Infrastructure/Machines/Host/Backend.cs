using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>
/// One life of an application's backend, as its machine sees it: a process that the node has started, or whatever asks at the server. It
/// logs why requests cannot be run.
/// </summary>
internal sealed partial class Backend : IAsyncDisposable
{
    // How long a request waits for a backend that somebody else starts, before other applications have the turn. After that the backend's
    // first call wakes the application.
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private readonly BackendProcess? _process;
    private readonly RollupServer _server;
    private readonly BackendRestarts _restarts;
    private readonly MachineSignals _signals;
    private readonly TimeSpan _startTimeout;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _died = new();
    private readonly Lock _lock = new();
    private string? _running;
    private bool _isClosed;

    public Backend(
        BackendProcess? process,
        RollupServer server,
        BackendRestarts restarts,
        MachineSignals signals,
        TimeSpan startTimeout,
        ILogger logger
    )
    {
        (_process, _server, _restarts, _signals, _startTimeout, _logger) = (process, server, restarts, signals, startTimeout, logger);
        if (process is null)
            return;
        restarts.Started();
        _ = WatchAsync(process);
    }

    public Address Application => _server.Application;

    /// <summary>Whether it was the node's own process, and has ended.</summary>
    public bool HasDied => _died.IsCancellationRequested;

    /// <summary>Runs one request. Call it for one at a time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">How long the backend may take for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MachineUnavailableException">There is no backend, or it has died.</exception>
    /// <exception cref="MachineException">It did not finish the request in time.</exception>
    public async Task<HostEnd> RunAsync(HostRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        lock (_lock)
            _running = request.Name;
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _died.Token);
        try
        {
            return await _server.Exchange.RunAsync(request, _process is null ? Glance : _startTimeout, limit, until.Token)
                ?? throw Absent(request.Name);
        }
        catch (OperationCanceledException) when (HasDied && !cancellationToken.IsCancellationRequested)
        {
            throw new MachineUnavailableException($"The backend of {Application} ended before it finished {request.Name}.", Later);
        }
        catch (TimeoutException)
        {
            throw new MachineException(
                $"The backend of {Application} did not finish {request.Name} within {limit.TotalSeconds:0.#} s; raise "
                    + $"{HostMachineOptions.Section}:{(request.FirstOutput is null ? "InspectTimeout" : "AdvanceTimeout")} if it needs "
                    + "longer."
            );
        }
        finally
        {
            lock (_lock)
                _running = null;
        }
    }

    /// <summary>The result of an input is stored.</summary>
    public void Progressed() => _restarts.Progressed();

    /// <summary>An input has ended in a way that ends an application in production.</summary>
    public void Report(string request, HostEnd end, AdvanceOutcome outcome) =>
        LogEnded(
            Application,
            end.Exception is { } data ? $"raised an exception ({Hex.Clip(Hex.Encode(data))})" : "asked for generic I/O",
            request,
            outcome == AdvanceOutcome.Rejected
                ? "The node only rejects the input, as Machines:Host:ContinueAfterException asks; in production the application ends"
                : "The application ends, as in production"
        );

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isClosed = true;
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private MachineUnavailableException Absent(string request)
    {
        var message = _process is null
            ? $"No backend asks {_server.Url}/finish for {request} of {Application}."
            : $"The backend of {Application} has not asked {_server.Url}/finish for {request} within {_startTimeout.TotalSeconds:0.#} s.";
        if (_server.FirstTime(message))
            LogAbsent(message, _server.Url);
        return new MachineUnavailableException(message, Later);
    }

    private async Task WatchAsync(BackendProcess process)
    {
        var code = await process.Ended;
        string had;
        lock (_lock)
        {
            if (_isClosed)
                return;
            had = _running ?? "no request";
        }

        var wait = _restarts.Died();
        LogDied(Application, code, had, wait);
        // Only now: whoever has waited for it tries again at once.
        await _died.CancelAsync();
        _signals.WakeAfter(Application, wait);
    }

    [LoggerMessage(
        620,
        LogLevel.Warning,
        "The backend of {Application} ended with exit code {Code} while it had {Request}. In {Wait} the node starts it again, replays the "
            + "inputs before and goes on from there; the application stays enabled"
    )]
    private partial void LogDied(Address application, int code, string request, TimeSpan wait);

    [LoggerMessage(621, LogLevel.Warning, "The backend of {Application} {What} for {Request}. {Consequence}")]
    private partial void LogEnded(Address application, string what, string request, string consequence);

    [LoggerMessage(
        622,
        LogLevel.Warning,
        "{Message} Start it with ROLLUP_HTTP_SERVER_URL={Url}, or see why it does not ask. The application stays enabled, and the request "
            + "runs as soon as a backend asks; other applications continue"
    )]
    private partial void LogAbsent(string message, string url);
}
