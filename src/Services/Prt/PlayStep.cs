namespace Rollups.Prt;

/// <summary>What follows a move.</summary>
internal enum PlayStep
{
    /// <summary>Nothing now; a log, a block or an event wakes the work.</summary>
    Waiting,

    /// <summary>A transaction of ours is in a block, or was closed: look again.</summary>
    LookAgain,
}
