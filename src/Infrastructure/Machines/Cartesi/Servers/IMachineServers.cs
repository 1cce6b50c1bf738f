using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>The machine servers of one application: the first one, and all that are forked from it. All end with this object.</summary>
internal interface IMachineServers : IAsyncDisposable
{
    /// <summary>The server that is up from the start, without a machine.</summary>
    MachineServer First { get; }

    /// <summary>The mark that the machine of the first server is loaded with; null for processes of this host.</summary>
    ServerMark? Mark => null;

    /// <summary>A new server with a copy of another one's machine.</summary>
    Task<MachineServer> ForkAsync(MachineServer parent, CancellationToken cancellationToken);

    /// <summary>Lets a server run only with what the others leave, where it is a process of this host.</summary>
    void GiveWay(MachineServer server);

    /// <summary>Ends one server, whatever it does. Does nothing if it has ended.</summary>
    Task EndAsync(MachineServer server);

    /// <summary>What the servers printed last, for an error message; empty without any.</summary>
    string LastWords { get; }
}
