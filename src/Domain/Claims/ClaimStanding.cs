namespace Rollups.Domain;

/// <summary>How far the chain is with an epoch's claim.</summary>
public enum ClaimStanding
{
    /// <summary>Nothing of ours is there.</summary>
    Missing,

    /// <summary>Our claim is there, not accepted yet.</summary>
    Submitted,

    /// <summary>Our claim is accepted.</summary>
    Accepted,

    /// <summary>A quorum accepted another claim.</summary>
    OutVoted,

    /// <summary>Somebody who must not claims something else.</summary>
    Diverged,
}
