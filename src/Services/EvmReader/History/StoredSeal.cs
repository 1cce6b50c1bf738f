using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.History;

/// <summary>The newest stored seal of a PRT application that L1 has not reverted.</summary>
/// <param name="Number">Number of the epoch.</param>
/// <param name="InputIndexLowerBound">Index of its first input.</param>
/// <param name="InputIndexUpperBound">Index after its last input.</param>
/// <param name="Tournament">Its tournament.</param>
/// <param name="Block">L1 block of the seal.</param>
/// <param name="MayBeTakenBack">
/// True while that block is watched: if the block is replaced, the settlement made by the same log is reverted.
/// </param>
internal sealed record StoredSeal(
    ulong Number,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    Address Tournament,
    ulong Block,
    bool MayBeTakenBack
)
{
    /// <summary>How L1's state at a block contradicts this seal, or null.</summary>
    /// <param name="current">getCurrentSealedEpoch at that block.</param>
    /// <param name="block">Number of the block.</param>
    public string? ContradictedBy(CurrentSealedEpoch current, ulong block)
    {
        if (current.Number < Number && Block <= block)
            return $"epoch {Number} was sealed in block {Block} with tournament {Tournament}, but at block {block} the contract returns "
                + $"epoch {current.Number} as the last sealed one";
        return
            current.Number == Number
            && (current.InputIndexLowerBound, current.InputIndexUpperBound, current.Tournament)
                != (InputIndexLowerBound, InputIndexUpperBound, Tournament)
            ? $"epoch {Number} is stored as sealed with the inputs {InputIndexLowerBound} to {InputIndexUpperBound}, exclusive, and "
                + $"tournament {Tournament}, but at block {block} the contract returns {current.InputIndexLowerBound} to "
                + $"{current.InputIndexUpperBound} and {current.Tournament}"
            : null;
    }
}
