using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// An application's machine, the lease that makes this replica its owner, and the counters that continue those in the database.
/// </summary>
internal sealed class ResidentMachine : IAsyncDisposable
{
    private StoredCounts _adopted;
    private StoredCounts _staged;
    private ulong _stagedInputs;

    /// <param name="application">The machine's application.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="lease">The lease, which belongs to it from now on.</param>
    /// <param name="limits">The limits within which it runs.</param>
    /// <param name="counts">Outputs and reports of the inputs that the machine has completed.</param>
    public ResidentMachine(
        Application application,
        IRollupsMachine machine,
        ILease lease,
        ExecutionParameters limits,
        StoredCounts counts
    ) => (Application, Machine, Lease, Limits, _adopted, _staged) = (application, machine, lease, limits, counts, counts);

    /// <summary>The application as it was when the machine was built: only what never changes is up to date.</summary>
    public Application Application { get; }

    public IRollupsMachine Machine { get; }

    /// <summary>The lease that makes this replica the owner; it fences the replica's transactions.</summary>
    public ILease Lease { get; }

    /// <summary>The limits within which it runs.</summary>
    public ExecutionParameters Limits { get; }

    /// <summary>Cancelled when the lease is lost with its connection: another replica may then own the application.</summary>
    public CancellationToken Lost => Lease.Lost;

    /// <summary>Index of the next input to run: everything before it is adopted or staged.</summary>
    public ulong NextInput => Machine.ProcessedInputs + _stagedInputs;

    /// <summary>Outputs and reports of everything adopted and staged.</summary>
    public StoredCounts Counts => _staged;

    /// <summary>Number of inputs of the stored state; 0 if none is known.</summary>
    public ulong StoredAt { get; set; }

    /// <summary>False once the machine has answered that its kind keeps no snapshots.</summary>
    public bool KeepsSnapshots { get; set; } = true;

    /// <summary>Whether the last attempt to store the state failed.</summary>
    public bool HasFailedToStore { get; set; }

    /// <summary>Turn in which the machine was last used.</summary>
    public long LastUsed { get; set; }

    /// <summary>Counts an advance that the machine has staged.</summary>
    public InputRun Stage(Input input, AdvanceResult result)
    {
        var run = new InputRun(input, result, _staged.Outputs, _staged.Reports);
        _staged = new StoredCounts(_staged.Outputs + (ulong)result.Outputs.Count, _staged.Reports + (ulong)result.Reports.Count);
        _stagedInputs++;
        return run;
    }

    /// <summary>Adopts everything staged, whose results are stored; does nothing if nothing is staged.</summary>
    public async Task AdoptAsync(CancellationToken cancellationToken)
    {
        if (_stagedInputs == 0)
            return;
        await Machine.AdoptAsync(cancellationToken);
        (_adopted, _stagedInputs) = (_staged, 0);
    }

    /// <summary>Drops everything staged; does nothing if nothing is staged.</summary>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        if (_stagedInputs == 0)
            return;
        await Machine.DiscardAsync(cancellationToken);
        (_staged, _stagedInputs) = (_adopted, 0);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Machine.DisposeAsync();
        }
        finally
        {
            await Lease.DisposeAsync();
        }
    }
}
