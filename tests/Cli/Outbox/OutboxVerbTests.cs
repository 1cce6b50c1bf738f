using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Tests.Database;
using Rollups.Cli.Tests.Read;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Outbox;

/// <summary>Messages that the broker refused: listed by cause, put back in order, deleted.</summary>
public sealed class OutboxVerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task They_are_listed_by_cause_and_one_by_one(DatabaseKind kind)
    {
        using var database = await DeadAsync(kind);

        var causes = await JsonAsync(database, "outbox", "list");
        causes.GetArrayLength().ShouldBe(2);
        causes[0].GetProperty("messages").GetInt32().ShouldBe(3);
        causes[0].GetProperty("type").GetString().ShouldBe("EpochClosed");
        var messages = await JsonAsync(database, "outbox", "list", "--cause", causes[0].GetProperty("cause").GetString()!);
        messages.EnumerateArray().Select(row => row.GetProperty("id").GetInt64()).ShouldBe([1, 2, 3]);

        var table = await CliProcess.RunHereAsync(database.Variables, "outbox", "list");
        table.Lines.Count.ShouldBe(3);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_retry_puts_the_stored_rows_back_before_everything_newer(DatabaseKind kind)
    {
        using var database = await DeadAsync(kind);
        var cause = (await JsonAsync(database, "outbox", "list"))[0].GetProperty("cause").GetString()!;

        var answer = await CliProcess.RunHereAsync(database.Variables, "outbox", "retry", "--cause", cause);

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Output.Trim().ShouldBe("3 messages put back into the outbox.");
        await using var open = database.Open();
        var outbox = await open.Db.Outbox.AsNoTracking().OrderBy(row => row.Id).ToListAsync(Cancel);
        outbox.Select(row => row.Id).ShouldBe([1, 2, 3, 100]);
        outbox.Take(3).ShouldAllBe(row => row.Attempts == 0 && row.NotBefore == null && row.Body == $"body {row.Id}" && row.Lane == 3);
        (await open.Db.DeadOutbox.Select(row => row.Id).ToListAsync(Cancel)).ShouldBe([4]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Discarding_one_leaves_the_others(DatabaseKind kind)
    {
        using var database = await DeadAsync(kind);

        (await CliProcess.RunHereAsync(database.Variables, "outbox", "discard", "--id", "2")).ExitCode.ShouldBe(0);

        await using var open = database.Open();
        (await open.Db.DeadOutbox.OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(Cancel)).ShouldBe([1, 3, 4]);
        (await open.Db.Outbox.CountAsync(Cancel)).ShouldBe(1);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_message_that_is_not_there_is_refused(DatabaseKind kind)
    {
        using var database = await DeadAsync(kind);

        var answer = await CliProcess.RunHereAsync(database.Variables, "outbox", "retry", "--id", "77");

        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: No such message is set aside");
    }

    [Theory]
    [InlineData("outbox retry")]
    [InlineData("outbox discard --json")]
    public async Task Nothing_chosen_is_usage(string line)
    {
        var answer = await CliProcess.RunHereAsync([], line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain("Choose messages with --cause ID, --id ID or --all.");
    }

    /// <summary>Three messages of one cause, one of another, and a newer one that waits.</summary>
    private static async Task<MigratedDatabase> DeadAsync(DatabaseKind kind)
    {
        var database = await MigratedDatabase.CreateAsync(kind);
        await using var open = database.Open();
        open.Db.Add(Row(100));
        for (var id = 1; id <= 4; id++)
            open.Db.Add(
                new DeadOutboxMessage
                {
                    Id = id,
                    Lane = 3,
                    MessageId = Row(id).MessageId,
                    MessageType = "urn:message:Rollups.Contracts:EpochClosed;urn:message:Rollups.Contracts:IEpochEvent",
                    Row = JsonSerializer.Serialize(Row(id)),
                    Error = id == 4 ? "Another fault" : $"A message of {id}0000000 bytes is too large.",
                    FailedAt = StoredStory.At((ulong)id),
                }
            );
        await open.Db.SaveChangesAsync(Cancel);
        return database;
    }

    private static OutboxMessage Row(long id) =>
        new()
        {
            Id = id,
            Lane = 3,
            CreatedAt = StoredStory.At((ulong)id),
            Attempts = 9,
            NotBefore = StoredStory.At(1000),
            MessageId = new Guid((int)id, 0, 0, new byte[8]),
            ContentType = "application/json",
            MessageType = "urn:message:Rollups.Contracts:EpochClosed",
            Body = $"body {id}",
        };

    private static async Task<JsonElement> JsonAsync(MigratedDatabase database, params string[] line)
    {
        var answer = await CliProcess.RunHereAsync(database.Variables, [.. line, "--json"]);
        answer.ExitCode.ShouldBe(0, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement;
    }
}
