namespace Rollups.Domain;

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
