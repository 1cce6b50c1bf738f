namespace Rollups.Domain;

/// <summary>State of an epoch's commitment on L1.</summary>
public enum EpochStanding
{
    /// <summary>Our commitment has not joined.</summary>
    Absent,

    /// <summary>It has joined the tournament, which has no result other than ours.</summary>
    Joined,

    /// <summary>The epoch was settled with our result.</summary>
    Accepted,

    /// <summary>The tournament or the settlement has another result.</summary>
    Rejected,
}
