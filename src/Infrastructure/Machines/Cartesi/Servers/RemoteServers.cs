using System.Collections.Concurrent;
using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// Machine servers on another host: forks of the one that listens there, which itself never has a machine. The node cannot kill them, but
/// it asks each one to end.
/// </summary>
internal sealed class RemoteServers : IMachineServers
{
    private readonly ConcurrentDictionary<MachineServer, bool> _alive = [];

    private RemoteServers(MachineServer first)
    {
        First = first;
        _alive.TryAdd(first, true);
    }

    public MachineServer First { get; }

    public string LastWords => "";

    /// <summary>A new server on that host.</summary>
    /// <exception cref="MachineException">Its version is unknown.</exception>
    public static async Task<RemoteServers> StartAsync(
        string host,
        int port,
        TimeSpan callTimeout,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var parent = new MachineServer(host, port, 0, callTimeout, clock);
        await SupportedServer.EnsureAsync(parent, $"The machine server at {host}:{port}", cancellationToken);
        return new RemoteServers(await parent.ForkAsync(cancellationToken));
    }

    public async Task<MachineServer> ForkAsync(MachineServer parent, CancellationToken cancellationToken)
    {
        var fork = await parent.ForkAsync(cancellationToken);
        _alive.TryAdd(fork, true);
        return fork;
    }

    public async Task EndAsync(MachineServer server)
    {
        if (!_alive.TryRemove(server, out _))
            return;
        try
        {
            await server.ShutdownAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is ServerLostException or ServerSilentException or ServerRefusedException)
        {
            // It is gone, or runs on to the end of its current call: there is no way to end it from here.
        }

        server.Dispose();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_alive.Keys.Select(EndAsync));
}
