namespace Rollups.Persistence;

/// <summary>Which connections a failure says to be worth nothing, so that the next ones are chosen anew among the servers.</summary>
internal enum Stale
{
    /// <summary>At most the one that failed.</summary>
    None,

    /// <summary>Those that wait in the pool, too: they go the same way.</summary>
    Pool,

    /// <summary>Those of the pool and the session with the leases: their server is not, or not for long, the one to write to.</summary>
    All,
}
