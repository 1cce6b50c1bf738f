using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// One application's machine. Not thread-safe: the Advancer owns it. An advance is staged first, and adopted only once its result is
/// committed, so a rejected input, a failed commit or a crash leaves the machine in its previous state.
/// </summary>
public interface IRollupsMachine : IAsyncDisposable
{
    /// <summary>Number of inputs that the adopted state has completed.</summary>
    ulong ProcessedInputs { get; }

    /// <summary>Root hash of the adopted state.</summary>
    Hash32 StateHash { get; }

    /// <summary>Runs one input on a copy of the state. The input is the encoded EvmAdvance call, byte for byte as emitted on L1.</summary>
    /// <exception cref="MachineException">The machine could not finish the run: the input stays unprocessed.</exception>
    Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken);

    /// <summary>Replaces the machine's state with the one after the last advance. Call it once that result is committed.</summary>
    Task AdoptAsync(CancellationToken cancellationToken);

    /// <summary>Discards the state after the last advance.</summary>
    Task DiscardAsync(CancellationToken cancellationToken);

    /// <summary>Proves the accepted state: the machine root and the outputs root declared in it.</summary>
    Task<StateProof> ProveStateAsync(CancellationToken cancellationToken);
}
