using System.Text.Json;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Read;

/// <summary>The verbs that list rows, as an operator types them, on both databases.</summary>
public sealed class ReadVerbTests(StoredStory story) : IClassFixture<StoredStory>
{
    [Theory]
    [OnBothDatabases]
    public async Task Epochs_come_newest_first_with_filters_and_pages(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        (await KeysAsync(on, "index", "epochs echo")).ShouldBe("4 3 2 1 0");
        (await KeysAsync(on, "index", "epochs echo --ascending --limit 2")).ShouldBe("0 1 next 1");
        (await KeysAsync(on, "index", "epochs echo --ascending --limit 2 --after 1")).ShouldBe("2 3 next 3");
        (await KeysAsync(on, "index", "epochs echo --limit 2 --after 1")).ShouldBe("0");
        (await KeysAsync(on, "index", "epochs echo --limit 2 --after 0")).ShouldBe("");
        (await KeysAsync(on, "index", "epochs echo --from 1 --to 0x3")).ShouldBe("3 2 1");
        (await KeysAsync(on, "index", "epochs echo --status claim-submitted")).ShouldBe("1");
        (await KeysAsync(on, "index", $"epochs {StoredStory.AddressOf(1)} --status OPEN")).ShouldBe("4");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_table_of_epochs_has_one_line_per_epoch(DatabaseKind kind)
    {
        var answer = await CliProcess.RunHereAsync(await story.OnAsync(kind), "read", "epochs", "echo");

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.Count.ShouldBe(6);
        answer.Lines[0].ShouldStartWith("EPOCH  STATUS            SINCE                BLOCKS  INPUTS");
        answer.Lines[5].ShouldStartWith("    0  CLAIM_ACCEPTED    2026-11-23 12:00:14  0-9     0-2     0x");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Inputs_are_filtered_by_epoch_and_result(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        (await KeysAsync(on, "index", "inputs echo --limit 2")).ShouldBe("14 13 next 13");
        (await KeysAsync(on, "index", "inputs echo --epoch 1")).ShouldBe("5 4 3");
        (await KeysAsync(on, "index", "inputs echo --epoch 1 --limit 2 --after 5")).ShouldBe("4 3");
        (await KeysAsync(on, "index", "inputs echo --status REJECTED")).ShouldBe("10 7 4 1");
        (await KeysAsync(on, "index", "inputs echo --status REJECTED --limit 2 --after 7 --ascending")).ShouldBe("10");
        (await KeysAsync(on, "index", "inputs echo --status none --epoch 4 --ascending")).ShouldBe("12 13 14");
        var input = (await ReadAsync(on, "inputs echo --from 7 --to 7")).GetProperty("data")[0];
        input.GetProperty("payload").GetString().ShouldBe("0x37");
        input.GetProperty("sender").GetString().ShouldBe(StoredStory.AddressOf(77).ToString());
        input.GetProperty("blockTime").GetString().ShouldBe("2026-11-23T12:00:07.000Z");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Outputs_and_reports_are_filtered_by_epoch_and_input(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        (await KeysAsync(on, "index", "outputs echo --limit 3")).ShouldBe("23 22 21 next 21");
        (await KeysAsync(on, "index", "outputs echo --input 4")).ShouldBe("9 8");
        (await KeysAsync(on, "index", "outputs echo --epoch 1 --limit 4")).ShouldBe("11 10 9 8 next 8");
        (await KeysAsync(on, "index", "outputs echo --epoch 1 --limit 4 --after 8")).ShouldBe("7 6");
        (await KeysAsync(on, "index", "outputs echo --epoch 1 --to 8 --ascending")).ShouldBe("6 7 8");
        (await KeysAsync(on, "index", "outputs echo --epoch 4")).ShouldBe("");
        (await KeysAsync(on, "index", "outputs echo --executed")).ShouldBe("");
        (await KeysAsync(on, "index", "reports echo --epoch 2")).ShouldBe("8 7 6");
        (await KeysAsync(on, "index", "reports echo --input 7")).ShouldBe("7");
        var voucher = (await ReadAsync(on, "outputs echo --from 1 --to 1")).GetProperty("data")[0];
        voucher.GetProperty("kind").GetString().ShouldBe("voucher");
        voucher.GetProperty("destination").GetString().ShouldBe(StoredStory.AddressOf(9).ToString());
        voucher.GetProperty("value").GetString().ShouldBe("12");
        voucher.GetProperty("payload").GetString().ShouldBe("0x0102");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Tournaments_commitments_and_matches_follow_their_epochs(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        await WalkAsync(on, "tournaments dave", "address", limit: 3, [2, 2]);
        await WalkAsync(on, "commitments dave", "commitment", limit: 5, [6, 6]);
        await WalkAsync(on, "matches dave", "idHash", limit: 3, [4, 4]);
        (await KeysAsync(on, "epochIndex", "tournaments dave --epoch 0")).ShouldBe("0 0");
        (await KeysAsync(on, "epochIndex", $"commitments dave --tournament {StoredStory.AddressOf(511)}")).ShouldBe("1 1 1");
        (await KeysAsync(on, "epochIndex", "matches dave --epoch 1 --ascending")).ShouldBe("1 1 1 1");
        (await KeysAsync(on, "epochIndex", "matches echo")).ShouldBe("");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Transactions_come_newest_first_with_their_states(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        (await KeysAsync(on, "epochIndex", "transactions echo")).ShouldBe("2 1 0");
        (await KeysAsync(on, "epochIndex", "transactions echo --status PENDING")).ShouldBe("2");
        (await KeysAsync(on, "epochIndex", "transactions echo --epoch 1")).ShouldBe("1");
        await WalkAsync(on, "transactions echo", "transactionHash", limit: 1, [1, 1, 1]);
    }

    [Theory]
    [InlineData("read epochs", "Required argument 'app' missing")]
    [InlineData("read epochs 0x1234", "is not an Ethereum address")]
    [InlineData("read epochs echo --from -1", "is not an index")]
    [InlineData("read epochs echo --status ACCEPTED", "'ACCEPTED' is none of OPEN, CLOSED")]
    [InlineData("read epochs echo --limit 0", "--limit is 0: give a number of rows from 1 to 1000.")]
    [InlineData("read commitments dave --after 12", "EPOCH:TOURNAMENT:HASH")]
    [InlineData("read epoch echo last", "is not an index")]
    public async Task A_wrong_value_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunHereAsync([], line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage, answer.Error);
        answer.ErrorLines.ShouldAllBe(error => error.StartsWith("error: "));
        answer.Error.ShouldContain(words);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_unknown_application_and_an_unknown_epoch_are_refused(DatabaseKind kind)
    {
        var on = await story.OnAsync(kind);

        var answer = await CliProcess.RunHereAsync(on, "read", "inputs", "ecko");
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: The node has no application 'ecko'");

        answer = await CliProcess.RunHereAsync(on, "read", "epoch", "echo", "9");
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer
            .ErrorLines.ShouldHaveSingleItem()
            .ShouldBe("error: The application echo has no epoch 9: 'rollups read epochs echo' lists its epochs.");
    }

    [Fact]
    public async Task A_database_that_is_away_is_unreachable()
    {
        var answer = await CliProcess.RunHereAsync(
            [
                ("ROLLUPS_Database__Provider", "postgresql"),
                ("ROLLUPS_Database__ConnectionString", "Host=127.0.0.1;Port=1;Password=secret"),
            ],
            "read",
            "epochs",
            "echo"
        );

        answer.ExitCode.ShouldBe(ExitCode.Unreachable);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldNotContain("secret");
    }

    /// <summary>Follows the pages to the end: every row once, and the newest epoch first.</summary>
    private static async Task WalkAsync((string Name, string Value)[] on, string line, string key, int limit, int[] rowsPerEpoch)
    {
        var seen = new List<(ulong Epoch, string Key)>();
        for (string? after = null; seen.Count <= rowsPerEpoch.Sum(); )
        {
            var page = await ReadAsync(on, $"{line} --limit {limit}{(after is null ? "" : $" --after {after}")}");
            seen.AddRange(
                page.GetProperty("data").EnumerateArray().Select(row => (row.GetProperty("epochIndex").GetUInt64(), Identity(row, key)))
            );
            after = page.GetProperty("next").GetString();
            if (after is null)
                break;
            page.GetProperty("data").GetArrayLength().ShouldBe(limit);
        }

        seen.Distinct().Count().ShouldBe(seen.Count);
        seen.GroupBy(row => row.Epoch).Select(epoch => epoch.Count()).ShouldBe(rowsPerEpoch);
        seen.Select(row => row.Epoch).ShouldBeInOrder(SortDirection.Descending);
    }

    private static string Identity(JsonElement row, string key) =>
        (row.TryGetProperty("tournamentAddress", out var tournament) ? tournament.GetString() : "") + row.GetProperty(key).GetString();

    private static async Task<string> KeysAsync((string Name, string Value)[] on, string key, string line)
    {
        var page = await ReadAsync(on, line);
        var keys = page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty(key).ToString());
        return string.Join(' ', page.GetProperty("next").GetString() is { } next ? keys.Append($"next {next}") : keys);
    }

    private static async Task<JsonElement> ReadAsync((string Name, string Value)[] on, string line)
    {
        var answer = await CliProcess.RunHereAsync(on, ["read", .. line.Split(' '), "--json"]);
        answer.ExitCode.ShouldBe(0, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement;
    }
}
