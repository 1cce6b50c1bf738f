using MassTransit;
using Microsoft.Extensions.Time.Testing;
using Rollups.Cli.Devnet;
using Rollups.Contracts;
using Spectre.Console;

namespace Rollups.Cli.Tests;

public sealed class EpochBoardTests : IDisposable
{
    private readonly StringWriter _text = new();

    public void Dispose() => _text.Dispose();

    [Fact]
    public async Task A_stage_is_printed_once_with_the_milliseconds_since_the_stage_before()
    {
        var board = Board();
        board.Show(Opened(0), 0, "blocks 0 to 9");
        board.Show(Accepted(250), 5, "on L1");
        board.Show(Accepted(250), 5, "on L1");

        var lines = _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[1].ShouldContain("claim accepted");
        lines[1].ShouldContain("250.0 ms");
        await board.AcceptedAsync(3, TestContext.Current.CancellationToken);
    }

    /// <summary>Else the board leaves a stage of the story out.</summary>
    [Fact]
    public void The_board_hears_every_event_of_an_epoch()
    {
        var heard = typeof(EpochBoardConsumer)
            .GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(type => type.GetGenericArguments()[0]);
        typeof(IEpochEvent)
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IEpochEvent).IsAssignableFrom(type))
            .ShouldBeSubsetOf(heard);
    }

    private static EpochOpened Opened(int at) =>
        new()
        {
            ChainId = 1,
            Application = "0x00",
            ApplicationName = "echo",
            EpochIndex = 3,
            FirstBlock = 0,
            LastBlock = 9,
            OccurredAt = DateTimeOffset.UnixEpoch.AddMilliseconds(at),
        };

    private static EpochClaimAccepted Accepted(int at) =>
        new()
        {
            ChainId = 1,
            Application = "0x00",
            ApplicationName = "echo",
            EpochIndex = 3,
            OutputsMerkleRoot = "0x00",
            TransactionHash = "0x00",
            OccurredAt = DateTimeOffset.UnixEpoch.AddMilliseconds(at),
        };

    private EpochBoard Board()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_text) });
        console.Profile.Width = 200;
        return new EpochBoard(console, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1)));
    }
}
