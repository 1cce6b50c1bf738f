using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Hosting.Tests;

/// <summary>Which of MassTransit's records reach the console.</summary>
public sealed class QuietConsoleTests
{
    private const string Bus = "MassTransit.ReceiveTransport";

    [Theory]
    [InlineData(Bus, LogLevel.Warning, 0)]
    [InlineData(Bus, LogLevel.Error, 1)]
    [InlineData("Rollups.Lifecycle", LogLevel.Warning, 1)]
    public async Task A_retry_after_two_writers_met_is_no_warning_but_a_message_that_no_retry_saved_is_an_error(
        string category,
        LogLevel level,
        int lines
    )
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);

        Log(database, category, level, new DbUpdateException("not saved", new DbUpdateConcurrencyException("another writer was first")))
            .Count.ShouldBe(lines);
    }

    [Theory]
    [InlineData(Bus, LogLevel.Warning, 0)]
    [InlineData(Bus, LogLevel.Error, 1)]
    [InlineData("Rollups.Lifecycle", LogLevel.Warning, 1)]
    public async Task A_retry_during_an_outage_of_the_database_that_the_log_has_already_is_no_warning(
        string category,
        LogLevel level,
        int lines
    )
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        var refused = ToldFailure.Of(new InvalidOperationException("25006: cannot execute INSERT in a read-only transaction"));

        Log(database, category, level, new DbUpdateException("not saved", refused)).Count.ShouldBe(lines);
    }

    [Fact]
    public async Task A_message_that_returns_to_its_queue_in_a_long_outage_is_no_error()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        var refused = ToldFailure.Of(new InvalidOperationException("25006: cannot execute INSERT in a read-only transaction"));

        Log(database, Bus, LogLevel.Error, new OperationCanceledException("unavailable for too long", refused)).ShouldBeEmpty();
        Log(database, Bus, LogLevel.Error, new OperationCanceledException("another cause")).ShouldHaveSingleItem();
    }

    /// <summary>MassTransit wraps the closing of a connection in the code of a channel that is used afterwards.</summary>
    [Theory]
    [InlineData(320, "CONNECTION_FORCED", 0)]
    [InlineData(491, "Channel is already closed: AMQP close-reason, initiated by Peer, code=320, text='CONNECTION_FORCED'", 0)]
    [InlineData(491, "Channel is already closed: AMQP close-reason, initiated by Library, code=541, text='End of stream'", 0)]
    [InlineData(491, "Channel is already closed: AMQP close-reason, initiated by Peer, code=404, text='NOT_FOUND - no queue'", 1)]
    [InlineData(406, "PRECONDITION_FAILED", 1)]
    public async Task A_channel_that_closed_with_its_connection_is_no_error_and_another_is(ushort code, string text, int lines)
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);
        var closed = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));

        Log(database, Bus, LogLevel.Error, closed).Count.ShouldBe(lines);
    }

    [Fact]
    public async Task Another_warning_of_the_bus_keeps_its_level()
    {
        using var database = await FreshDatabase.CreateAsync(DatabaseKind.Sqlite);

        Log(database, Bus, LogLevel.Warning, new InvalidOperationException("no such saga")).ShouldHaveSingleItem();
        Log(database, Bus, LogLevel.Warning, null).ShouldHaveSingleItem();
    }

    /// <summary>What the console is given of a record, where it takes warnings and above.</summary>
    private static IReadOnlyList<LoggedLine> Log(FreshDatabase database, string category, LogLevel level, Exception? exception)
    {
        using var log = new RecordedLog();
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Services.AddSingleton(TimeProvider.System).AddRollupsPersistence(builder.Configuration);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services => new QuietConsoleProvider(log, services));
        using var host = builder.Build();

        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).Log(level, 0, "R-RETRY", exception, (text, _) => text);
        return log.Lines;
    }
}
