using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence.Tests;

/// <summary>Which failure is the message's, and which one says something of the database.</summary>
public sealed class FailureTableTests
{
    [Theory]
    [InlineData("28P01")] // A wrong password.
    [InlineData("28000")] // No such user, or it may not log in.
    [InlineData("3D000")]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("57P03")]
    [InlineData("08006")]
    [InlineData("08P01")] // A pooler that has no server.
    public void A_state_of_the_server_or_of_the_login_is_an_outage(string state) =>
        OfPostgres(State(state)).ShouldBe(DatabaseFailure.Away);

    [Theory]
    [InlineData("25P03")]
    [InlineData("25P04")]
    [InlineData("42501")]
    [InlineData("42P01")]
    [InlineData("57014")]
    [InlineData("57P05")]
    [InlineData("58030")]
    [InlineData("XX000")]
    public void What_one_session_statement_or_table_met_passes_and_is_no_outage(string state) =>
        OfPostgres(State(state)).ShouldBe(DatabaseFailure.Passing);

    [Theory]
    [InlineData("25006")]
    [InlineData("53100")] // The disk is full.
    [InlineData("53300")] // Too many connections.
    public void A_server_that_takes_no_more_is_an_outage_until_something_is_written(string state) =>
        OfPostgres(State(state)).ShouldBe(DatabaseFailure.Unwritable);

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("23505")]
    [InlineData("55P03")]
    public void Writers_that_meet_are_a_conflict(string state) => OfPostgres(State(state)).ShouldBe(DatabaseFailure.Conflict);

    [Theory]
    [InlineData("23503")]
    [InlineData("23514")]
    [InlineData("22001")]
    [InlineData("42601")]
    [InlineData("42703")]
    [InlineData("25P02")]
    public void A_fault_of_the_message_or_of_the_program_is_neither(string state) => OfPostgres(State(state)).ShouldBeNull();

    [Fact]
    public void No_way_to_the_server_is_an_outage_however_it_is_wrapped()
    {
        var refused = new NpgsqlException("Failed to connect", new SocketException(111));
        OfPostgres(refused).ShouldBe(DatabaseFailure.Away);
        OfPostgres(new SocketException(11)).ShouldBe(DatabaseFailure.Away);
        OfPostgres(new InvalidOperationException("transient", new DbUpdateException("failed", refused))).ShouldBe(DatabaseFailure.Away);
        OfPostgres(new NpgsqlException("No suitable host was found.")).ShouldBe(DatabaseFailure.Away);
        OfPostgres(new NpgsqlException("hosts", new AggregateException(new NpgsqlException("one"), State("57P03"))))
            .ShouldBe(DatabaseFailure.Away);
        OfPostgres(new NpgsqlException("late", new TimeoutException())).ShouldBe(DatabaseFailure.Away);
    }

    [Fact]
    public void What_was_cancelled_and_what_another_server_did_say_nothing_of_the_database()
    {
        OfPostgres(new OperationCanceledException("stop", State("57014"))).ShouldBeNull();
        OfPostgres(new HttpRequestException("L1", new SocketException(111))).ShouldBeNull();
        OfPostgres(new InvalidOperationException("a mistake")).ShouldBeNull();
    }

    [Theory]
    [InlineData("25006", "All")]
    [InlineData("57P01", "All")]
    [InlineData("57P03", "All")]
    [InlineData("08006", "Pool")]
    [InlineData("28P01", "None")]
    [InlineData("53300", "None")]
    public void Connections_are_dropped_where_they_lead_to_the_wrong_server_and_kept_where_no_new_one_would_be_let_in(
        string state,
        string stale
    ) => PostgresFailures.Of(State(state)).ShouldNotBeNull().Stale.ToString().ShouldBe(stale);

    [Theory]
    [InlineData(5)] // busy
    [InlineData(6)] // locked
    [InlineData(8)] // read-only
    [InlineData(10)] // an error of the file system
    [InlineData(13)] // full
    [InlineData(14)] // cannot be opened
    public void A_state_of_the_file_is_an_outage(int code) =>
        OfSqlite(new DbUpdateException("failed", new SqliteException("x", code))).ShouldBe(DatabaseFailure.Away);

    [Fact]
    public void Rules_that_are_broken_in_a_file_are_the_messages_fault_and_a_key_that_is_taken_is_a_conflict()
    {
        OfSqlite(new SqliteException("x", 19, 2067)).ShouldBe(DatabaseFailure.Conflict);
        OfSqlite(new SqliteException("x", 19, 275)).ShouldBeNull();
        OfSqlite(new SqliteException("x", 1)).ShouldBeNull();
    }

    private static DatabaseFailure? OfPostgres(Exception exception) => PostgresFailures.Of(exception)?.Failure;

    private static DatabaseFailure? OfSqlite(Exception exception) => SqliteFailures.Of(exception)?.Failure;

    private static PostgresException State(string state) => new("message", "ERROR", "ERROR", state);
}
