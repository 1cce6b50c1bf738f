namespace Rollups.Persistence;

/// <summary>
/// What a failure says of the database. Whatever is in no group is a fault of the message or of the program: waiting does not mend it.
/// </summary>
public enum DatabaseFailure
{
    /// <summary>Two writers met: another attempt mends it at once.</summary>
    Conflict,

    /// <summary>
    /// One session, one statement or one table: it passes, and no message is to blame for it, but the database is there for everybody else.
    /// </summary>
    Passing,

    /// <summary>
    /// The server answers and takes no more: an outage, which is over when something was written, not when something was read.
    /// </summary>
    Unwritable,

    /// <summary>The server, the way to it or the login: an outage, which is over with the next answer.</summary>
    Away,
}

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

/// <summary>One line of a table of failures.</summary>
/// <param name="Failure">What it says of the database.</param>
/// <param name="Stale">Which connections are worth nothing after it.</param>
/// <param name="Sentence">What happened, for operators, without subject-specific values: "the server ...".</param>
internal sealed record FailureRule(DatabaseFailure Failure, Stale Stale, string Sentence);
