using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// One application's machine. The Advancer owns it and calls it from one place at a time, except for <see cref="InspectAsync"/>. Advances
/// are staged, each on top of the one before it, and adopted together once all their results are committed. So a failed commit or a crash
/// leaves the adopted state, and a rejected input leaves the state before it, staged or adopted.
/// </summary>
public interface IRollupsMachine : IAsyncDisposable
{
    /// <summary>Number of inputs that the adopted state has completed; staged advances do not count.</summary>
    ulong ProcessedInputs { get; }

    /// <summary>Root hash of the adopted state.</summary>
    Hash32 StateHash { get; }

    /// <summary>False once the machine can run nothing more, such as after the death of its process: close it and rebuild it.</summary>
    bool IsUsable { get; }

    /// <summary>
    /// Runs one input and stages the state after it. No advance may follow one whose outcome ends the application. A run that throws stages
    /// nothing; the advances staged before it can still be adopted.
    /// </summary>
    /// <param name="inputIndex"><see cref="ProcessedInputs"/> plus the number of staged advances.</param>
    /// <param name="input">The encoded EvmAdvance call, byte for byte as emitted on L1.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MachineException">The machine could not finish the run: the input stays unprocessed.</exception>
    /// <exception cref="MachineUnavailableException">It cannot run now: the input stays unprocessed until a later run.</exception>
    Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>Adopts everything staged. Call it once the results of all staged advances are committed.</summary>
    Task AdoptAsync(CancellationToken cancellationToken);

    /// <summary>Drops everything staged and returns to the adopted state. A kind that cannot is not usable afterwards.</summary>
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
    /// Stores the adopted state in a new folder, from which its <see cref="IMachineFactory"/> restores a machine; nothing may be staged.
    /// The folder gets its name only when it is whole and synced to the disk. False if this kind keeps no snapshots: it is rebuilt by
    /// replay alone.
    /// </summary>
    /// <exception cref="IOException">The folder exists, or the state cannot be written; the machine stays as it was.</exception>
    /// <exception cref="MachineException">The machine could not store its state; it may not be usable afterwards.</exception>
    Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken);
}
