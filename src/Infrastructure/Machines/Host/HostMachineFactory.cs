using System.Globalization;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Machines.Host;

/// <summary>
/// Creates machines for template URIs <c>host:PORT</c>: the backend runs outside the node and finds the Rollup HTTP API at that port of
/// 127.0.0.1.
/// </summary>
internal sealed partial class HostMachineFactory(
    HostMachineOptions options,
    HostChain chain,
    MachineSignals signals,
    IBackendOutput output,
    TimeProvider clock,
    ILogger<HostMachineFactory> logger
) : IMachineFactory, IAsyncDisposable
{
    // The port may become free.
    private static readonly TimeSpan PortRetry = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<int, (RollupServer Server, BackendRestarts Restarts)> _servers = [];

    public string Scheme => "host:";

    public bool IsEager => true;

    public bool MustMatchContract => false;

    public async Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken)
    {
        if (!options.AllowAnyChain && !chain.IsForDevelopment)
            throw new MachineException(
                $"{application} is an application in host mode, whose machine hashes nobody can verify, and chain {chain.Id} is not known "
                    + $"as a chain for development: set {HostMachineOptions.Section}:AllowAnyChain=true to run it nevertheless."
            );
        await _starting.WaitAsync(cancellationToken);
        try
        {
            var (server, restarts) = await ServerAsync(PortOf(templateUri), application, cancellationToken);
            if (options.Command is not { Length: > 0 } command)
                return new HostMachine(Backend(null, server, restarts), options);
            if (restarts.Left is var left && left > TimeSpan.Zero)
                throw new MachineUnavailableException(
                    $"The backend of {application} has ended; the node starts it again in {left}.",
                    left
                );
            server.Exchange.Reset();
            var process = BackendProcess.Start(command, server.Url, application, output);
            return new HostMachine(Backend(process, server, restarts), options);
        }
        finally
        {
            _starting.Release();
        }
    }

    public Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        CancellationToken cancellationToken
    ) => throw new MachineException($"{application} runs in host mode, which keeps no snapshots.");

    public Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken) =>
        Task.FromResult(HostMachine.Template.Hash);

    public async ValueTask DisposeAsync()
    {
        foreach (var (server, _) in _servers.Values)
            await server.DisposeAsync();
        _servers.Clear();
    }

    private Backend Backend(BackendProcess? process, RollupServer server, BackendRestarts restarts) =>
        new(process, server, restarts, signals, options.StartTimeout, logger);

    private int PortOf(string templateUri) =>
        int.TryParse(templateUri.AsSpan(Scheme.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port is > 0 and <= 65535
            ? port
            : throw new MachineException(
                $"The template '{templateUri}' names no port: register the application with {Scheme}PORT, such as {Scheme}5004, where its "
                    + $"backend finds the Rollup HTTP API."
            );

    private async Task<(RollupServer Server, BackendRestarts Restarts)> ServerAsync(
        int port,
        Address application,
        CancellationToken cancellationToken
    )
    {
        if (_servers.TryGetValue(port, out var known))
        {
            return known.Server.Application == application
                ? known
                : throw new MachineException(
                    $"The port {port} serves the backend of {known.Server.Application} already: register {application} with another one."
                );
        }

        var exchange = new Exchange(clock);
        RollupServer server;
        try
        {
            server = await RollupServer.StartAsync(application, port, exchange, options.PollTimeout, logger, cancellationToken);
        }
        catch (OperatorException exception)
        {
            LogPort(exception.Message, PortRetry);
            throw new MachineUnavailableException(exception.Message, PortRetry);
        }

        exchange.Appeared += () => signals.Wake(application);
        LogHostMode(application, server.Url);
        _servers.Add(port, (server, new BackendRestarts(clock)));
        return _servers[port];
    }

    [LoggerMessage(
        630,
        LogLevel.Warning,
        "{Application} runs in host mode, which is for development: its backend finds the Rollup HTTP API at {Url}, and its machine hashes "
            + "are stand-ins that nobody else can verify"
    )]
    private partial void LogHostMode(Address application, string url);

    [LoggerMessage(631, LogLevel.Error, "{Reason} The application's inputs wait; the node tries again in {Wait}.")]
    private partial void LogPort(string reason, TimeSpan wait);
}
