namespace Rollups.Domain;

/// <summary>An epoch to write.</summary>
/// <param name="Index">Index of the epoch.</param>
/// <param name="FirstBlock">First L1 block, inclusive.</param>
/// <param name="LastBlock">Last L1 block, inclusive.</param>
/// <param name="InputIndexLowerBound">Index of its first input, inclusive.</param>
/// <param name="InputIndexUpperBound">Index after its last input, exclusive.</param>
/// <param name="IsNew">True where no row exists yet.</param>
/// <param name="IsClosed">True where its list of inputs is final.</param>
/// <param name="FirstInput">Position of its first new input in the list that was sorted.</param>
/// <param name="InputCount">Number of its new inputs; 0 if it only closes.</param>
public sealed record FormedEpoch(
    ulong Index,
    ulong FirstBlock,
    ulong LastBlock,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    bool IsNew,
    bool IsClosed,
    int FirstInput,
    int InputCount
)
{
    /// <summary>The seal that closed it (PRT).</summary>
    public EpochSealed? Seal { get; init; }

    /// <summary>The next seal, which settled it (PRT), if already known.</summary>
    public EpochSealed? SettledBy { get; init; }
}
