using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;
using Rollups.Machines.Cartesi.Servers;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// Creates machines for template URIs <c>cartesi:/FOLDER</c> and <c>cartesi://HOST:PORT/FOLDER</c>: Cartesi's own machine server runs
/// them, one per application.
/// </summary>
internal sealed partial class CartesiMachineFactory(
    CartesiMachineOptions options,
    TimeProvider clock,
    ILogger<CartesiMachineFactory> logger
) : IMachineFactory, IDisposable
{
    private readonly ConcurrentDictionary<Address, ServerDeaths> _deaths = [];
    private readonly RemoteHosts _remote = new(options, clock, logger);
    private int _hasCleaned;

    public string Scheme => CartesiTemplate.Scheme;

    public Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken) =>
        CreateAsync(templateUri, application, new ExecutionParameters(), recordsStates: false, cancellationToken);

    public Task<IRollupsMachine> CreateAsync(
        string templateUri,
        Address application,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    )
    {
        var template = CartesiTemplate.Parse(templateUri);
        return OpenAsync(template, application, template.Folder, stored: null, limits, recordsStates, cancellationToken);
    }

    public Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        CancellationToken cancellationToken
    ) => RestoreAsync(templateUri, application, folder, new ExecutionParameters(), recordsStates: false, cancellationToken);

    public async Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    )
    {
        var stored = await CartesiSnapshot.ReadAsync(folder, cancellationToken);
        return await OpenAsync(CartesiTemplate.Parse(templateUri), application, folder, stored, limits, recordsStates, cancellationToken);
    }

    public async Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken)
    {
        await using var machine = await CreateAsync(templateUri, Address.Zero, cancellationToken);
        return machine.StateHash;
    }

    public Task EndOrphansAsync(CancellationToken cancellationToken)
    {
        EndLocalOrphans();
        return _remote.EndOrphansAsync(cancellationToken);
    }

    public void Dispose() => _remote.Dispose();

    private void EndLocalOrphans()
    {
        if (Interlocked.Exchange(ref _hasCleaned, 1) == 0 && OrphanedServers.End() is { Count: > 0 } orphans)
            LogOrphans(orphans.Count, string.Join(", ", orphans));
    }

    private async Task<IRollupsMachine> OpenAsync(
        CartesiTemplate template,
        Address application,
        string folder,
        (ulong ProcessedInputs, Hash32 Root)? stored,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    )
    {
        var deaths = _deaths.GetOrAdd(application, address => new ServerDeaths(address));
        IMachineServers? servers = null;
        try
        {
            servers = await StartAsync(template, application, limits, cancellationToken);
            var state = await LoadAsync(servers, folder, stored?.Root, limits, cancellationToken);
            return new CartesiMachine(
                servers,
                application,
                stored?.ProcessedInputs ?? 0,
                state,
                limits,
                recordsStates,
                new ForkPace(options.MaxReplayedInputs, options.MaxReplayTime),
                deaths,
                clock,
                logger
            );
        }
        catch (Exception exception)
        {
            var words = servers?.LastWords ?? "";
            if (servers is not null)
                await servers.DisposeAsync();
            throw Translate(exception, template, folder, deaths, words);
        }
    }

    private async Task<IMachineServers> StartAsync(
        CartesiTemplate template,
        Address application,
        ExecutionParameters limits,
        CancellationToken cancellationToken
    )
    {
        var callTimeout = TimeSpan.FromMilliseconds(limits.CallTimeout);
        if (template.Host is { } host)
            return await RemoteServers.StartAsync(host, template.Port, _remote.Record, callTimeout, clock, cancellationToken);
        EndLocalOrphans();
        return await LocalServers.StartAsync(options, application, callTimeout, clock, logger, cancellationToken);
    }

    private async Task<MachineState> LoadAsync(
        IMachineServers servers,
        string folder,
        Hash32? root,
        ExecutionParameters limits,
        CancellationToken cancellationToken
    )
    {
        var deadline = TimeSpan.FromMilliseconds(limits.LoadTimeout);
        var server = servers.First;
        await server.LoadAsync(folder, servers.Mark, deadline, cancellationToken);
        var rest = await server.RestAsync(withRoot: true, cancellationToken);
        if (!rest.IsReady)
            throw new MachineException(
                $"The stored machine in {folder} does not wait for an input (tohost 0x{rest.Yield.Tohost:x16}): store it at its first "
                    + "manual yield, with the outputs root declared."
            );
        if (root is null)
            return rest.State;
        if (rest.Root != root)
            throw new MachineException($"The stored machine in {folder} is damaged: its root is {rest.Root} and not {root}.");
        // The root comes from the stored tree: a flipped byte of memory does not change it.
        if (options.VerifySnapshots && !await server.VerifyHashTreeAsync(deadline, cancellationToken))
            throw new MachineException($"The stored machine in {folder} is damaged: its memory does not match its hash tree.");
        return rest.State;
    }

    private Exception Translate(Exception exception, CartesiTemplate template, string folder, ServerDeaths deaths, string words)
    {
        switch (exception)
        {
            case ServerLostException or ServerSilentException when template.Host is { } host:
                LogRemote(host, template.Port, Faults.Sentence(exception), Faults.Later);
                return new MachineUnavailableException(
                    $"The machine server at {host}:{template.Port} cannot be used ({Faults.Sentence(exception)}).",
                    Faults.Later
                );
            case ServerLostException lost:
                return deaths.Died(lost, $"the load of {folder}", words);
            case ServerRefusedException or ServerSilentException:
                return new MachineException($"The stored machine in {folder} cannot be loaded: {Faults.Sentence(exception)}.", exception);
            default:
                return exception;
        }
    }

    [LoggerMessage(
        643,
        LogLevel.Warning,
        "{Count} machine servers of a node that was killed were still running; the node has ended them (process ids {Pids})"
    )]
    private partial void LogOrphans(int count, string pids);

    [LoggerMessage(
        644,
        LogLevel.Warning,
        "The machine server at {Host}:{Port} cannot be used, because {Reason}. The inputs of its applications wait; the node retries in "
            + "{Wait}: start cartesi-jsonrpc-machine there, or check the network"
    )]
    private partial void LogRemote(string host, int port, string reason, TimeSpan wait);
}
