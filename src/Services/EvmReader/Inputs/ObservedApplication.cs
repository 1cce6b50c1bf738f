using Rollups.Domain;

namespace Rollups.EvmReader.Inputs;

/// <summary>The state of an application when a pass begins.</summary>
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
    /// <summary>Number of stored inputs: their indexes have no gaps.</summary>
    public ulong InputCount => LastInput + 1 ?? 0;

    /// <summary>Number of stored outputs: their indexes have no gaps.</summary>
    public ulong OutputCount => LastOutput + 1 ?? 0;

    /// <summary>Number of the epoch that is sealed next (PRT).</summary>
    public ulong NextSeal => NewestEpoch ?? 0;

    /// <summary>First block not yet searched for inputs.</summary>
    public ulong FirstUnreadBlock => Math.Max(InputCursor + 1, InputBoxBlock);

    /// <summary>First block not yet searched for executed outputs.</summary>
    public ulong FirstUnreadOutputBlock => Math.Max(OutputCursor + 1, DeploymentBlock);
}
