namespace Rollups.Machines;

/// <summary>How an inspect query ended. None of them changes the machine.</summary>
public enum InspectOutcome
{
    /// <summary>The application answered it.</summary>
    Accepted,

    /// <summary>The application refused it.</summary>
    Rejected,

    /// <summary>The application raised an exception; only the query ends.</summary>
    Exception,

    /// <summary>The copy of the machine that ran the query halted.</summary>
    MachineHalted,

    /// <summary>The query could not be run to its end, for the reason that the result states.</summary>
    Failed,
}
