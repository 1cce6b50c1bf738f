using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static Rollups.Persistence.DatabaseFailure;

namespace Rollups.Persistence;

/// <summary>
/// The one table of what PostgreSQL, and the way to it, can answer: retries, consumers, readiness and the connections all go by it.
/// </summary>
internal static class PostgresFailures
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html. The first line that a state begins with holds, so a state comes
    // before its class. A login that is refused (28, 3D000) or a server that is full (53) leaves the connections that are open as good as
    // they were.
    private static readonly (string Prefix, FailureRule Rule)[] Table =
    [
        ("23505", new(Conflict, Stale.None, "two writers met at a unique key")),
        ("40001", new(Conflict, Stale.None, "two transactions met")),
        ("40P01", new(Conflict, Stale.None, "two transactions waited for each other")),
        ("55P03", new(Conflict, Stale.None, "a row was locked by somebody else")),
        ("08", new(Away, Stale.Pool, "the connection to the server broke")),
        ("25006", new(Unwritable, Stale.All, "the server takes no writes: it is a standby now, or was made read-only")),
        ("25P03", new(Passing, Stale.None, "the server ended a transaction in which nothing was said")),
        ("25P04", new(Passing, Stale.None, "the server ended a transaction that took too long")),
        ("28", new(Away, Stale.None, "the server does not let the user in")),
        ("3D000", new(Away, Stale.None, "the server has no such database")),
        ("42501", new(Passing, Stale.None, "the user lacks a privilege")),
        ("42P01", new(Passing, Stale.None, "a table is missing, as while a backup is restored")),
        ("53", new(Unwritable, Stale.None, "the server has run out of disk space, memory or connections")),
        ("57014", new(Passing, Stale.None, "the server cancelled the statement")),
        ("57P05", new(Passing, Stale.None, "the server ended a session that was idle")),
        ("57", new(Away, Stale.All, "the server is shutting down or starting, or an administrator ended the connection")),
        ("58", new(Passing, Stale.None, "the server met an error of its system")),
        ("XX", new(Passing, Stale.None, "the server met an internal error")),
    ];

    private static readonly FailureRule NoWay = new(Away, Stale.Pool, "the server cannot be reached, or does not answer in time");
    private static readonly FailureRule Changed = new(Conflict, Stale.None, "another writer changed the row");

    /// <summary>
    /// The line for a failure, or null when it says nothing of the database. EF Core and Npgsql wrap a cause several times.
    /// </summary>
    public static FailureRule? Of(Exception exception)
    {
        // A cancelled statement is not the server's state, and an HTTP request's broken socket is another server's: what lies behind them
        // is not looked at.
        var causes = Causes.Of(exception).TakeWhile(cause => cause is not (OperationCanceledException or HttpRequestException)).ToList();
        return causes.OfType<PostgresException>().Select(cause => OfState(cause.SqlState)).FirstOrDefault(rule => rule is not null)
            ?? causes
                .Select(cause =>
                    cause switch
                    {
                        DbUpdateConcurrencyException => Changed,
                        // Its own class for what the server answered; anything else of Npgsql is the way there, or the login.
                        PostgresException => null,
                        NpgsqlException or SocketException => NoWay,
                        _ => null,
                    }
                )
                .FirstOrDefault(rule => rule is not null);
    }

    private static FailureRule? OfState(string state) =>
        Array.Find(Table, line => state.StartsWith(line.Prefix, StringComparison.Ordinal)).Rule;
}
