using Rollups.Messaging;

namespace Rollups.Advancer;

/// <summary>How a turn ended.</summary>
internal enum TurnEnd
{
    /// <summary>All its inputs are run, and their epochs finished if they are closed.</summary>
    Complete,

    /// <summary>It ended for fairness, and more is due.</summary>
    OutOfTime,

    /// <summary>Rows did not match the machine's position: another replica has moved on, or the application was stopped.</summary>
    Refused,

    /// <summary>An input ended the application.</summary>
    Ended,
}
