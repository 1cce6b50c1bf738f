using Rollups.Domain;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// An application as one pass sees it: its row when the pass began, its facts on L1 at the head, and what earlier passes left in memory.
/// </summary>
/// <param name="Id">Internal key.</param>
/// <param name="Name">Display name.</param>
/// <param name="Address">The application contract.</param>
/// <param name="InputBox">The InputBox that its inputs come from.</param>
/// <param name="InputBoxBlock">Block of the InputBox's deployment.</param>
/// <param name="DeploymentBlock">Block of the application's deployment.</param>
/// <param name="Consensus">Kind of consensus.</param>
/// <param name="ConsensusAddress">The consensus contract.</param>
/// <param name="InputCursor">Every block up to and including this one was searched for inputs; 0 = not begun.</param>
/// <param name="OutputCursor">Every block up to and including this one was searched for executed outputs; 0 = not begun.</param>
/// <param name="SealCursor">Every block up to and including this one was searched for sealed epochs (PRT); 0 = not begun.</param>
/// <param name="NewestEpoch">
/// Index of the newest stored epoch, or null; for a PRT application, this is the epoch that takes inputs.
/// </param>
/// <param name="LastInput">Index of the newest stored input, or null.</param>
/// <param name="LastOutput">Index of the newest stored output, or null.</param>
internal sealed record ObservedApplication(
    int Id,
    string Name,
    Address Address,
    Address InputBox,
    ulong InputBoxBlock,
    ulong DeploymentBlock,
    ConsensusType Consensus,
    Address ConsensusAddress,
    ulong InputCursor,
    ulong OutputCursor,
    ulong SealCursor,
    ulong? NewestEpoch,
    ulong? LastInput,
    ulong? LastOutput
)
{
    /// <summary>What the reader remembers of it between passes.</summary>
    public ReadingState State { get; init; } = new();

    /// <summary>Its facts at the head; all null if the head is not ready for it, or if nothing is read for it any more.</summary>
    public ChainFacts Facts { get; init; }

    /// <summary>True if its open epoch ends at or before the head. PRT epochs end when they are sealed.</summary>
    public bool HasEpochToClose { get; init; }

    /// <summary>Number of stored inputs: their indexes have no gaps.</summary>
    public ulong InputCount => LastInput + 1 ?? 0;

    /// <summary>Number of stored outputs: their indexes have no gaps.</summary>
    public ulong OutputCount => LastOutput + 1 ?? 0;

    /// <summary>Number of the epoch that is sealed next (PRT).</summary>
    public ulong NextSeal => NewestEpoch ?? 0;

    /// <summary>The newest stored input, if it is remembered.</summary>
    public NewestInput? NewestInput => State.NewestInput is { } newest && newest.Index == LastInput ? newest : null;

    /// <summary>True if storing found a fault and L1 has had no new input since.</summary>
    public bool IsKnownFaulty => State.FaultyAt is { } count && count == Facts.Inputs;

    /// <summary>First block not yet searched for inputs.</summary>
    public ulong FirstUnreadBlock => Math.Max(Math.Max(InputCursor, State.ReadUpTo ?? 0) + 1, InputBoxBlock);

    /// <summary>First block not yet searched for executed outputs.</summary>
    public ulong FirstUnreadOutputBlock => Math.Max(Math.Max(OutputCursor, State.OutputsReadUpTo ?? 0) + 1, DeploymentBlock);

    /// <summary>
    /// True if a cursor is past this block: the endpoint lags, or L1 became shorter. The pass skips the application until the head has
    /// caught up.
    /// </summary>
    public bool IsAheadOf(ulong block) => InputCursor > block || OutputCursor > block;

    /// <summary>True if the application has begun by this block and no cursor is past it.</summary>
    public bool IsReadableAt(ulong block) => InputBoxBlock <= block && !IsAheadOf(block);
}
