using System.Text.Json;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Tests.Output;

public sealed class CommandOutputTests : IDisposable
{
    private static readonly Row[] Rows =
    [
        new(7, new Hash32([.. Enumerable.Repeat((byte)0xab, 32)]), EpochStatus.ClaimAccepted, "accepted at once"),
        new(12, default, EpochStatus.InputsProcessed, null),
    ];

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_table_shows_everything_where_nobody_watches()
    {
        List(width: null);

        Lines[0].ShouldBe("EPOCH  " + "ROOT".PadRight(68) + "REMARK");
        Lines[1].ShouldBe($"    7  0x{string.Concat(Enumerable.Repeat("ab", 32))}  accepted at once");
        Lines[2].ShouldBe($"   12  0x{new string('0', 64)}");
        Lines.Length.ShouldBe(3);
    }

    [Fact]
    public void A_narrow_terminal_shortens_hashes()
    {
        List(width: 50);

        Lines.ShouldAllBe(line => line.Length <= 50);
        Lines[1].ShouldBe("    7  0xababab…abab  accepted at once");
    }

    [Fact]
    public void A_narrower_terminal_wraps_prose_and_then_shows_records()
    {
        List(width: 24);

        Lines.ShouldAllBe(line => line.Length <= 24);
        Lines[0].ShouldBe("EPOCH   7");
        Lines.ShouldContain("EPOCH  12");
    }

    [Fact]
    public void A_column_that_is_empty_in_every_row_is_left_out()
    {
        Output(null).List(Rows, Rows, "none", new Column<Row>("EPOCH", row => $"{row.Epoch}"), new Column<Row>("NONE", _ => null));

        Lines.ShouldBe(["EPOCH", "7", "12"]);
    }

    [Fact]
    public void Brackets_are_text()
    {
        Output(null).Show(Rows, ("remark", "[red]not a colour[/]"), ("absent", null));

        Lines.ShouldBe(["remark  [red]not a colour[/]"]);
    }

    [Fact]
    public void No_rows_are_a_sentence()
    {
        Output(null).List(new Page<Row>([], null), "No epochs.", new Column<Row>("EPOCH", row => $"{row.Epoch}"));

        Lines.ShouldBe(["No epochs."]);
    }

    [Fact]
    public void Times_are_local_in_tables_and_UTC_in_JSON()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("two", TimeSpan.FromHours(2), "two", "two");
        var time = new DateTimeOffset(2026, 1, 31, 23, 30, 15, 250, TimeSpan.Zero);

        new CommandOutput(_output, _error, isJson: false, null, zone).Time(time).ShouldBe("2026-02-01 01:30:15");
        new CommandOutput(_output, _error, isJson: true, null, zone).Json(new { at = time.ToOffset(TimeSpan.FromHours(5)) });
        _output.ToString().ShouldContain("\"at\": \"2026-01-31T23:30:15.250Z\"");
    }

    [Fact]
    public void JSON_has_hex_and_the_words_of_the_database()
    {
        new CommandOutput(_output, _error, isJson: true, 20, TimeZoneInfo.Utc).List(Page<Row>.Of(Rows, 1, row => $"{row.Epoch}"), "none");

        var document = JsonDocument.Parse(_output.ToString()).RootElement;
        document.GetProperty("next").GetString().ShouldBe("7");
        var row = document.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("epoch").GetUInt64().ShouldBe(7UL);
        row.GetProperty("root").GetString().ShouldStartWith("0xababab");
        row.GetProperty("status").GetString().ShouldBe("CLAIM_ACCEPTED");
    }

    [Fact]
    public void A_page_names_the_next_one_beside_the_answer()
    {
        Output(null).List(Page<Row>.Of(Rows, 1, row => $"{row.Epoch}"), "none", new Column<Row>("EPOCH", row => $"{row.Epoch}"));

        Lines.ShouldBe(["EPOCH", "7"]);
        _error.ToString().Trim().ShouldBe("More follow: add --after 7.");
    }

    private string[] Lines => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private CommandOutput Output(int? width) => new(_output, _error, isJson: false, width, TimeZoneInfo.Utc);

    private void List(int? width) =>
        Output(width)
            .List(
                Rows,
                Rows,
                "none",
                new Column<Row>("EPOCH", row => $"{row.Epoch}", ColumnKind.Number),
                new Column<Row>("ROOT", row => row.Root.ToString(), ColumnKind.Hex),
                new Column<Row>("REMARK", row => row.Remark, ColumnKind.Prose)
            );

    private sealed record Row(ulong Epoch, Hash32 Root, EpochStatus Status, string? Remark);
}
