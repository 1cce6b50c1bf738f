using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// One application's machine. The Advancer owns it and calls it from one place at a time, except for <see cref="InspectAsync"/>. An
/// advance is staged first, and adopted only once its result is committed, so a failed commit or a crash leaves the previous state.
/// </summary>
public interface IRollupsMachine : IAsyncDisposable
{
    /// <summary>Number of inputs that the adopted state has completed.</summary>
    ulong ProcessedInputs { get; }

    /// <summary>Root hash of the adopted state.</summary>
    Hash32 StateHash { get; }

    /// <summary>False once the machine can run nothing more, such as after the death of its process: close it and rebuild it.</summary>
    bool IsUsable { get; }

    /// <summary>Runs one input. The input is the encoded EvmAdvance call, byte for byte as emitted on L1.</summary>
    /// <exception cref="MachineException">The machine could not finish the run: the input stays unprocessed.</exception>
    /// <exception cref="MachineUnavailableException">It cannot run now: the input stays unprocessed until a later run.</exception>
    Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>Continues from the state after the last advance. Call it once that result is committed.</summary>
    Task AdoptAsync(CancellationToken cancellationToken);

    /// <summary>Returns to the adopted state. A kind that cannot is not usable afterwards.</summary>
    Task DiscardAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Answers a query on the adopted state without changing it. May be called at any time, also while an advance runs; the machine decides
    /// whether the query waits for it. A machine that is closed meanwhile ends the query with an exception.
    /// </summary>
    /// <exception cref="MachineException">The machine is closed.</exception>
    /// <exception cref="MachineUnavailableException">It cannot answer now.</exception>
    Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken);

    /// <summary>Proves the adopted state: the machine root and the outputs root declared in it.</summary>
    Task<StateProof> ProveStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores the adopted state in a new folder, from which <see cref="IMachineFactory.RestoreAsync"/> continues. False if this kind keeps
    /// no snapshots: it is rebuilt by replay alone.
    /// </summary>
    /// <exception cref="IOException">The folder exists, or the state cannot be written; the machine stays as it was.</exception>
    Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken);
}
