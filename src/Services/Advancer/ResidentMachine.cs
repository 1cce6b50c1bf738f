using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// An application's machine, the lease that makes this replica its owner, and the counters that continue those in the database.
/// </summary>
internal sealed class ResidentMachine(IRollupsMachine machine, ILease lease, DateTimeOffset limitsOf) : IAsyncDisposable
{
    public IRollupsMachine Machine => machine;

    /// <summary>The lease that makes this replica the owner; it fences the replica's transactions.</summary>
    public ILease Lease => lease;

    /// <summary>Cancelled when the lease is lost with its connection: another replica may then own the application.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>When the limits within which it runs were set.</summary>
    public DateTimeOffset LimitsOf => limitsOf;

    /// <summary>Index of the application's next output.</summary>
    public ulong NextOutput { get; private set; }

    /// <summary>Index of the application's next report.</summary>
    public ulong NextReport { get; private set; }

    /// <summary>Turn in which the machine was last used.</summary>
    public long LastUsed { get; set; }

    /// <summary>Continues from the state after the machine's last advance, whose result is stored.</summary>
    public async Task AdoptAsync(AdvanceResult result, CancellationToken cancellationToken)
    {
        await machine.AdoptAsync(cancellationToken);
        NextOutput += (ulong)result.Outputs.Count;
        NextReport += (ulong)result.Reports.Count;
    }

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
