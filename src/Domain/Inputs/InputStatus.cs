namespace Rollups.Domain;

/// <summary>Result of an input. Stored in upper case with underscores.</summary>
public enum InputStatus
{
    /// <summary>Has not run yet.</summary>
    None,

    /// <summary>Accepted; its outputs and reports count.</summary>
    Accepted,

    /// <summary>Rejected; nothing changed.</summary>
    Rejected,

    /// <summary>The guest raised an exception.</summary>
    Exception,

    /// <summary>The guest halted.</summary>
    MachineHalted,

    /// <summary>The input used up its cycle window.</summary>
    Overflow,

    /// <summary>The guest yielded with an unknown reason.</summary>
    UnexpectedYield,

    /// <summary>The guest accepted it without declaring a 32-byte outputs root.</summary>
    InvalidOutputsRoot,
}
