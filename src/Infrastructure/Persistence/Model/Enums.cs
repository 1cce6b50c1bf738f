namespace Rollups.Persistence;

/// <summary>Kind of consensus contract. Stored as the upper-case word.</summary>
public enum ConsensusType
{
    /// <summary>One owner claims; acceptance is immediate.</summary>
    Authority,

    /// <summary>A majority of a fixed set of validators claims.</summary>
    Quorum,

    /// <summary>Dave: permissionless refereed tournaments.</summary>
    Prt,
}

/// <summary>Whether the node works for an application. Stored as the upper-case word.</summary>
public enum ApplicationState
{
    /// <summary>Inputs are run and claims made.</summary>
    Enabled,

    /// <summary>Switched off by the operator; not observed either.</summary>
    Disabled,

    /// <summary>Stopped by a fault; L1 is still observed.</summary>
    Inoperable,
}

/// <summary>Kind of fault that makes an application inoperable. Stored as the upper-case word with underscores.</summary>
public enum InoperableKind
{
    /// <summary>Local trouble that an operator can mend and then enable the application again.</summary>
    Failed,

    /// <summary>Our result disagrees with the chain; final.</summary>
    Diverged,

    /// <summary>Local rows are missing or contradict each other or L1 history; final.</summary>
    Corrupted,

    /// <summary>The guest raised an exception while advancing.</summary>
    GuestException,

    /// <summary>The guest halted.</summary>
    MachineHalted,

    /// <summary>An input used up its cycle window.</summary>
    McycleOverflow,

    /// <summary>The guest yielded with an unknown reason.</summary>
    UnexpectedYield,

    /// <summary>The machine declared an outputs root that is not the root of its outputs.</summary>
    InvalidOutputsRoot,

    /// <summary>The consensus contract on L1 is in a state that no transaction can change; final.</summary>
    L1Stuck,
}

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

/// <summary>How an input ended. Stored as the upper-case word with underscores.</summary>
public enum InputStatus
{
    /// <summary>Not run yet.</summary>
    None,

    /// <summary>Taken; its outputs and reports count.</summary>
    Accepted,

    /// <summary>Refused; nothing changed.</summary>
    Rejected,

    /// <summary>The guest raised an exception.</summary>
    Exception,

    /// <summary>The guest halted.</summary>
    MachineHalted,

    /// <summary>The cycle window was used up.</summary>
    Overflow,

    /// <summary>An unknown manual yield.</summary>
    UnexpectedYield,
}
