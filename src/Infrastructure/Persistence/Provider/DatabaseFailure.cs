namespace Rollups.Persistence;

/// <summary>
/// Classifies a database failure. A failure in no group is the message's or the program's own fault; waiting does not fix it.
/// </summary>
public enum DatabaseFailure
{
    /// <summary>Two writers conflicted: the next attempt succeeds at once.</summary>
    Conflict,

    /// <summary>
    /// One session, one statement or one table failed. The failure passes, and no message caused it, but the database is available to
    /// everyone else.
    /// </summary>
    Passing,

    /// <summary>
    /// The server answers but accepts no writes: an outage that ends with a successful write, not with a successful read.
    /// </summary>
    Unwritable,

    /// <summary>The server, the connection to it or the login failed: an outage that ends with the next answer.</summary>
    Away,
}
