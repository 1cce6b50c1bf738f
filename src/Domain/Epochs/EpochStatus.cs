namespace Rollups.Domain;

/// <summary>
/// Stage of an epoch. Stored in upper case with underscores. It moves forward, and back only if an L1 reorg drops the block of a claim
/// or its acceptance.
/// </summary>
public enum EpochStatus
{
    /// <summary>Takes inputs.</summary>
    Open,

    /// <summary>Its list of inputs is final.</summary>
    Closed,

    /// <summary>The machine has processed every input.</summary>
    InputsProcessed,

    /// <summary>Proofs and claim are stored.</summary>
    ClaimCalculated,

    /// <summary>Our claim is on chain.</summary>
    ClaimSubmitted,

    /// <summary>L1 accepted the claim; final once that block is final.</summary>
    ClaimAccepted,

    /// <summary>L1 accepted another claim, or can no longer accept any; final.</summary>
    ClaimRejected,
}
