using System.Text.Json;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Read;

/// <summary>The story of one epoch.</summary>
public sealed class ReadEpochTests(StoredStory story) : IClassFixture<StoredStory>
{
    [Theory]
    [OnBothDatabases]
    public async Task It_shows_stages_transactions_and_proof(DatabaseKind kind)
    {
        var answer = await CliProcess.RunHereAsync(await story.OnAsync(kind), "read", "epoch", "echo", "0");

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain($"application  echo ({StoredStory.AddressOf(1)})");
        answer.Lines.ShouldContain("status       CLAIM_ACCEPTED");
        answer.Lines.ShouldContain(line => line.StartsWith("closed            2026-11-23 12:00:10"));
        answer.Lines.ShouldContain(line => line.StartsWith("claim accepted    2026-11-23 13:00:12") && line.EndsWith("1 h 0 min"));
        var transaction = answer.Lines.Single(line => line.StartsWith("SUBMIT_CLAIM"));
        transaction.ShouldContain("CONFIRMED");
        transaction.ShouldContain(StoredStory.Hash(1000).ToString());
        transaction.ShouldContain("up to 100000");
        transaction.ShouldContain("up to 0.00025 ether");
        transaction.ShouldEndWith("1x");
        answer.Lines.ShouldContain($"outputs root  {StoredStory.Hash(100)} (59 siblings)");
    }

    [Theory]
    [OnBothDatabases]
    public async Task JSON_has_the_siblings_and_the_replaced_versions(DatabaseKind kind)
    {
        var answer = await CliProcess.RunHereAsync(await story.OnAsync(kind), "read", "epoch", "echo", "0x0", "--json");

        var read = JsonDocument.Parse(answer.Output).RootElement;
        read.GetProperty("epoch").GetProperty("status").GetString().ShouldBe("CLAIM_ACCEPTED");
        read.GetProperty("sagaState").GetString().ShouldBe("Accepted");
        read.GetProperty("proof").GetProperty("outputsMerkleProof").GetArrayLength().ShouldBe(59);
        var transaction = read.GetProperty("transactions").EnumerateArray().ShouldHaveSingleItem();
        transaction.GetProperty("replacedHashes")[0].GetString().ShouldBe(StoredStory.Hash(999).ToString());
    }

    [Theory]
    [OnBothDatabases]
    public async Task It_shows_what_caused_each_stage_the_trace_and_what_each_mined_transaction_cost(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        var answer = await CliProcess.RunHereAsync(on, "read", "epoch", "echo", "1");

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain($"trace        {StoredStory.Trace}");
        answer.Lines.ShouldContain(line => line.StartsWith("claim calculated") && line.EndsWith($"event   {StoredStory.CausingMessage}"));
        answer.Lines.ShouldContain(line => line.StartsWith("closed") && line.EndsWith("signal"));
        var transaction = answer.Lines.Single(line => line.StartsWith("SUBMIT_CLAIM"));
        transaction.ShouldContain(" 25 ");
        transaction.ShouldContain(" 60000 ");
        transaction.ShouldEndWith("0.00012 ether");
        var read = JsonDocument.Parse((await CliProcess.RunHereAsync(on, "read", "epoch", "echo", "1", "--json")).Output).RootElement;
        read.GetProperty("traceId").GetString().ShouldBe(StoredStory.Trace);
        var cause = read.GetProperty("stages")
            .EnumerateArray()
            .Single(stage => stage.GetProperty("name").GetString() == "claim calculated");
        cause.GetProperty("cause").GetProperty("kind").GetString().ShouldBe("EVENT");
        cause.GetProperty("cause").GetProperty("causedByMessageId").GetGuid().ShouldBe(StoredStory.CausingMessage);
        cause.GetProperty("cause").GetProperty("messageId").GetGuid().ShouldBe(StoredStory.AnnouncingMessage);
        read.GetProperty("transactions")[0].GetProperty("mined").GetProperty("fee").GetString().ShouldBe("120000000000000");
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_without_saga_shows_the_times_of_its_row(DatabaseKind kind)
    {
        var answer = await CliProcess.RunHereAsync(await story.OnAsync(kind), "read", "epoch", "echo", "4");

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain("Stages (the saga has not recorded this epoch yet)");
        answer.Lines.ShouldContain("opened  2026-11-23 12:00:04");
        answer.Lines[^1].ShouldBe("None yet: it is stored when the machine has processed the last input.");
    }

    [Fact]
    public async Task An_endpoint_that_is_away_costs_a_note()
    {
        var on = await story.OnAsync(DatabaseKind.Sqlite);
        var answer = await CliProcess.RunHereAsync(
            [.. on, ("ROLLUPS_Ethereum__HttpEndpoint", "http://127.0.0.1:1"), ("ROLLUPS_Ethereum__ChainId", "31337")],
            "read",
            "epoch",
            "echo",
            "0"
        );

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("The L1 endpoint did not report the transactions");
        answer.Output.ShouldContain("up to 100000");
    }
}
