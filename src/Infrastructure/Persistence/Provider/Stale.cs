namespace Rollups.Persistence;

/// <summary>Which connections a failure makes useless, so that the node chooses among the servers anew for the next ones.</summary>
internal enum Stale
{
    /// <summary>At most the one that failed.</summary>
    None,

    /// <summary>Those that wait in the pool, too, because they lead to the same server.</summary>
    Pool,

    /// <summary>Those of the pool and the lease session: their server no longer accepts writes, or will soon stop.</summary>
    All,
}
