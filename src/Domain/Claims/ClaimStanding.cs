namespace Rollups.Domain;

/// <summary>State of an epoch's claim on chain.</summary>
public enum ClaimStanding
{
    /// <summary>No claim of ours is on chain.</summary>
    Missing,

    /// <summary>Our claim is on chain but not yet accepted.</summary>
    Submitted,

    /// <summary>Our claim is accepted.</summary>
    Accepted,

    /// <summary>A quorum accepted another claim.</summary>
    OutVoted,

    /// <summary>An account that must not differ from us claims something else.</summary>
    Diverged,
}
