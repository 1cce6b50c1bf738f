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

    private readonly RemoteRecord? _record;

    private RemoteServers(MachineServer first, RemoteRecord? record)
    {
        (First, _record) = (first, record);
        Note(first);
    }

    public MachineServer First { get; }

    public string LastWords => "";

    public ServerMark? Mark => _record?.Mark;

    /// <summary>A new server on that host.</summary>
    /// <param name="host">Name or IP address.</param>
    /// <param name="port">TCP port of the server that is forked.</param>
    /// <param name="record">Where the servers are noted, so that a later process finds them; null if that is not possible.</param>
    /// <param name="callTimeout">Deadline of a call.</param>
    /// <param name="clock">Clock of the deadlines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MachineException">Its version is unknown.</exception>
    public static async Task<RemoteServers> StartAsync(
        string host,
        int port,
        RemoteRecord? record,
        TimeSpan callTimeout,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var parent = new MachineServer(host, port, 0, callTimeout, clock);
        await SupportedServer.EnsureAsync(parent, $"The machine server at {host}:{port}", cancellationToken);
        return new RemoteServers(await parent.ForkAsync(cancellationToken), record);
    }

    public async Task<MachineServer> ForkAsync(MachineServer parent, CancellationToken cancellationToken)
    {
        var fork = await parent.ForkAsync(cancellationToken);
        Note(fork);
        return fork;
    }

    public void GiveWay(MachineServer server)
    {
        // The other host's priorities are not the node's.
    }

    public async Task EndAsync(MachineServer server)
    {
        if (!_alive.TryRemove(server, out _))
            return;
        try
        {
            await server.ShutdownAsync(CancellationToken.None);
            Forget(server);
        }
        catch (Exception exception) when (exception is ServerLostException or ServerRefusedException)
        {
            // It is gone.
            Forget(server);
        }
        catch (ServerSilentException)
        {
            // It runs on to the end of its current call. The next start of the node finds it.
        }

        server.Dispose();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_alive.Keys.Select(EndAsync));

    private void Note(MachineServer server)
    {
        _alive.TryAdd(server, true);
        try
        {
            _record?.Add(new RemoteAddress(server.Host, server.Port));
        }
        catch (IOException)
        {
            // A full disk costs the note, never an input: if the node is killed, this server stays.
        }
    }

    private void Forget(MachineServer server) => _record?.Remove(new RemoteAddress(server.Host, server.Port));
}
