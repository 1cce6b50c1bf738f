using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static Rollups.Persistence.DatabaseFailure;

namespace Rollups.Persistence;

/// <summary>
/// The one table of failures of PostgreSQL and of the connection to it. Retries, consumers, readiness and the connection pool all use it.
/// </summary>
internal static class PostgresFailures
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html. The first line that is a prefix of the state applies, so a state
    // precedes its class. A refused login (28, 3D000) or a full server (53) does not affect connections that are already open.
    private static readonly (string Prefix, FailureRule Rule)[] Table =
    [
        ("23505", new(Conflict, Stale.None, "two writers conflicted on a unique key")),
        ("40001", new(Conflict, Stale.None, "two transactions conflicted")),
        ("40P01", new(Conflict, Stale.None, "two transactions waited for each other")),
        ("55P03", new(Conflict, Stale.None, "a row was locked by another transaction")),
        ("08", new(Away, Stale.Pool, "the connection to the server broke")),
        ("25006", new(Unwritable, Stale.All, "the server accepts no writes: it is a standby now, or was made read-only")),
        ("25P03", new(Passing, Stale.None, "the server ended an idle transaction")),
        ("25P04", new(Passing, Stale.None, "the server ended a transaction that took too long")),
        ("28", new(Away, Stale.None, "the server does not admit the user")),
        ("3D000", new(Away, Stale.None, "the server has no such database")),
        ("42501", new(Passing, Stale.None, "the user lacks a privilege")),
        ("42P01", new(Passing, Stale.None, "a table is missing, as while a backup is restored")),
        ("53", new(Unwritable, Stale.None, "the server has run out of disk space, memory or connections")),
        ("57014", new(Passing, Stale.None, "the server cancelled the statement")),
        ("57P05", new(Passing, Stale.None, "the server ended an idle session")),
        ("57", new(Away, Stale.All, "the server is shutting down or starting, or an administrator ended the connection")),
        ("58", new(Passing, Stale.None, "the server met a system error")),
        ("XX", new(Passing, Stale.None, "the server met an internal error")),
    ];

    private static readonly FailureRule Unreachable = new(Away, Stale.Pool, "the server cannot be reached, or does not answer in time");
    private static readonly FailureRule Changed = new(Conflict, Stale.None, "another writer changed the row");

    /// <summary>
    /// The line for a failure, or null when it is no failure of the database. EF Core and Npgsql wrap a cause several times.
    /// </summary>
    public static FailureRule? Of(Exception exception)
    {
        // A cancelled statement says nothing about the server, and the broken socket of an HTTP request belongs to another server, so the
        // causes behind them are not examined.
        var causes = Causes.Of(exception).TakeWhile(cause => cause is not (OperationCanceledException or HttpRequestException)).ToList();
        return causes.OfType<PostgresException>().Select(cause => OfState(cause.SqlState)).FirstOrDefault(rule => rule is not null)
            ?? causes
                .Select(cause =>
                    cause switch
                    {
                        DbUpdateConcurrencyException => Changed,
                        // The server's answers have a class of their own; any other exception of Npgsql concerns the connection or the
                        // login.
                        PostgresException => null,
                        NpgsqlException or SocketException => Unreachable,
                        _ => null,
                    }
                )
                .FirstOrDefault(rule => rule is not null);
    }

    private static FailureRule? OfState(string state) =>
        Array.Find(Table, line => state.StartsWith(line.Prefix, StringComparison.Ordinal)).Rule;
}
