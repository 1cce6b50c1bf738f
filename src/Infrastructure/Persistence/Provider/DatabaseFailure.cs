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
