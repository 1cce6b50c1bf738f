namespace Rollups.Domain;

/// <summary>
/// Stage of an epoch. Stored as the upper-case word with underscores; moves forward, and back only where L1 takes back the block of a claim
/// or of its acceptance.
/// </summary>
public enum EpochStatus
{
    /// <summary>Takes inputs.</summary>
    Open,

    /// <summary>Its list of inputs is final.</summary>
    Closed,

    /// <summary>Every input is through the machine.</summary>
    InputsProcessed,

    /// <summary>Proofs and claim are stored.</summary>
    ClaimCalculated,

    /// <summary>Our claim is on chain.</summary>
    ClaimSubmitted,

    /// <summary>L1 accepted the claim; final with its block.</summary>
    ClaimAccepted,

    /// <summary>L1 accepted another claim, or can accept none any more; final.</summary>
    ClaimRejected,
}
