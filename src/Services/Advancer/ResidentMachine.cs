using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>An application's machine with the lease that makes this replica its owner, and the counters that continue in the database.</summary>
internal sealed class ResidentMachine(IRollupsMachine machine, ILease lease) : IAsyncDisposable
{
    public IRollupsMachine Machine => machine;

    /// <summary>Cancelled when the lease is lost with its connection: another replica may own the application then.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>Index of the next output; known after the machine was rebuilt.</summary>
    public ulong NextOutput { get; set; }

    /// <summary>Index of the next report.</summary>
    public ulong NextReport { get; set; }

    /// <summary>Turn in which it was used last.</summary>
    public long LastUsed { get; set; }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await machine.DisposeAsync();
        }
        finally
        {
            await lease.DisposeAsync();
        }
    }
}
