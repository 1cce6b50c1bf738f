namespace Rollups.Prt;

/// <summary>What to do after a move.</summary>
internal enum PlayStep
{
    /// <summary>Nothing now; a log, a block or an event wakes the work.</summary>
    Waiting,

    /// <summary>Our transaction is in a block, or was closed: check again.</summary>
    LookAgain,
}
