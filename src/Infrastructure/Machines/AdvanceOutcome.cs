namespace Rollups.Machines;

/// <summary>How an input ended.</summary>
public enum AdvanceOutcome
{
    /// <summary>The application accepted it; outputs and reports count.</summary>
    Accepted,

    /// <summary>The application rejected it; nothing changed and the application continues.</summary>
    Rejected,

    /// <summary>The application raised an exception; it cannot continue.</summary>
    Exception,

    /// <summary>The machine halted; it cannot continue.</summary>
    MachineHalted,

    /// <summary>The cycle window of the input was used up; the application cannot continue.</summary>
    Overflow,

    /// <summary>A manual yield with an unknown reason; the application cannot continue.</summary>
    UnexpectedYield,

    /// <summary>The machine accepted the input without declaring a 32-byte outputs root; the application cannot continue.</summary>
    InvalidOutputsRoot,
}
