namespace Rollups.Persistence;

/// <summary>What a failure says of the database. Whatever is in neither group is a fault of the message or of the program: waiting does not mend it.</summary>
internal enum DatabaseFailure
{
    /// <summary>Two writers met: another attempt mends it at once.</summary>
    Conflict,

    /// <summary>A state of the server, of the way to it or of the login: it passes with the outage, and no message is to blame for it.</summary>
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
