namespace Rollups.Domain;

/// <summary>Kind of fault that makes an application inoperable. Stored as the upper-case word with underscores.</summary>
public enum InoperableKind
{
    /// <summary>Local fault that an operator can fix before enabling the application again.</summary>
    Failed,

    /// <summary>Our result disagrees with the chain; final.</summary>
    Diverged,

    /// <summary>Local rows are missing, or contradict each other or the L1 history; final.</summary>
    Corrupted,

    /// <summary>The guest raised an exception while advancing.</summary>
    GuestException,

    /// <summary>The guest halted.</summary>
    MachineHalted,

    /// <summary>An input used up its cycle window.</summary>
    McycleOverflow,

    /// <summary>The guest yielded with an unknown reason.</summary>
    UnexpectedYield,

    /// <summary>The machine declared an outputs root that is not the root of its outputs, or not 32 bytes.</summary>
    InvalidOutputsRoot,

    /// <summary>The consensus contract on L1 is in a state that no transaction can change; final.</summary>
    L1Stuck,
}
