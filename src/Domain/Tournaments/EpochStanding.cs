namespace Rollups.Domain;

/// <summary>How far L1 is with an epoch's commitment.</summary>
public enum EpochStanding
{
    /// <summary>Our commitment has not joined.</summary>
    Absent,

    /// <summary>It is in the tournament, and that has no other result than ours.</summary>
    Joined,

    /// <summary>The epoch was settled with our result.</summary>
    Accepted,

    /// <summary>The tournament or the settlement has another result.</summary>
    Rejected,
}
