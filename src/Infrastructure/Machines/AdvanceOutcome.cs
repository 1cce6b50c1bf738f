namespace Rollups.Machines;

/// <summary>How an input ended.</summary>
public enum AdvanceOutcome
{
    /// <summary>The application took it; outputs and reports count.</summary>
    Accepted,

    /// <summary>The application refused it; nothing changed and the application goes on.</summary>
    Rejected,

    /// <summary>The application raised an exception; it cannot go on.</summary>
    Exception,

    /// <summary>The machine halted; it cannot go on.</summary>
    MachineHalted,

    /// <summary>The cycle window of the input was used up; it cannot go on.</summary>
    Overflow,

    /// <summary>A manual yield with an unknown reason; it cannot go on.</summary>
    UnexpectedYield,
}
