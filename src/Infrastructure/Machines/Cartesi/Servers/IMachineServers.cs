using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>The machine servers of one application: the first one, and all that are forked from it. All end with this object.</summary>
internal interface IMachineServers : IAsyncDisposable
{
    /// <summary>The server that is up from the start, without a machine.</summary>
    MachineServer First { get; }

    /// <summary>A new server with a copy of another one's machine.</summary>
    Task<MachineServer> ForkAsync(MachineServer parent, CancellationToken cancellationToken);

    /// <summary>Ends one server, whatever it does. Does nothing if it has ended.</summary>
    Task EndAsync(MachineServer server);

    /// <summary>What the servers printed last, for an error message; empty without any.</summary>
    string LastWords { get; }
}
