using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Rollups.Cli.Output;

/// <summary>
/// What a command prints: tables for people, or with <c>--json</c> one JSON document on stdout. Times are local in tables and UTC in JSON.
/// Notes and progress go to stderr, so that stdout is only the answer.
/// </summary>
/// <param name="output">Takes the answer.</param>
/// <param name="error">Takes notes and progress.</param>
/// <param name="isJson">Whether <c>--json</c> was given.</param>
/// <param name="width">Characters per line; null where nobody watches, as in a pipe: then nothing is shortened.</param>
/// <param name="zone">Zone of the times in tables.</param>
internal sealed class CommandOutput(TextWriter output, TextWriter error, bool isJson, int? width, TimeZoneInfo zone)
{
    // Enough for any row. Spectre measures with integers, so it is not the largest one.
    private const int Unlimited = 100_000;

    /// <summary>Whether the answer is a JSON document; then only <see cref="Json"/>, or what calls it, writes to stdout.</summary>
    public bool IsJson => isJson;

    /// <summary>The output of a command that was parsed.</summary>
    public static CommandOutput Of(ParseResult parsed, bool isJson) =>
        new(
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            isJson,
            Console.IsOutputRedirected ? null : Math.Max(40, Console.WindowWidth),
            TimeZoneInfo.Local
        );

    /// <summary>Prints rows as a table, or the document as JSON.</summary>
    /// <param name="document">What JSON shows: usually the rows themselves, or a <see cref="Page{TRow}"/> of them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="empty">The sentence for no rows.</param>
    /// <param name="columns">The columns. One that is empty in every row is left out.</param>
    public void List<TRow>(object document, IReadOnlyList<TRow> rows, string empty, params IReadOnlyList<Column<TRow>> columns)
    {
        if (isJson)
            Json(document);
        else if (rows.Count == 0)
            output.WriteLine(empty);
        else
            Table(rows, columns);
    }

    /// <summary>Prints a page of rows, and on stderr how to see the next one.</summary>
    public void List<TRow>(Page<TRow> page, string empty, params IReadOnlyList<Column<TRow>> columns)
    {
        List(page, page.Data, empty, columns);
        if (!isJson && page.Next is { } next)
            error.WriteLine($"More follow: add --after {next}.");
    }

    /// <summary>Prints one thing as lines of a name and a value, or the document as JSON. Lines without a value are left out.</summary>
    public void Show(object document, params IReadOnlyList<(string Name, string? Value)> lines)
    {
        if (isJson)
            Json(document);
        else
            Record(lines);
    }

    /// <summary>Prints one document, indented.</summary>
    public void Json(object document) =>
        output.WriteLine(
            document is JsonNode node
                ? node.ToJsonString(CliJson.Options)
                : JsonSerializer.Serialize(document, document.GetType(), CliJson.Options)
        );

    /// <summary>Prints a heading above a part of the answer; nothing in JSON.</summary>
    public void Heading(string text)
    {
        if (isJson)
            return;
        output.WriteLine();
        output.WriteLine(text);
    }

    /// <summary>Prints a sentence of the answer; nothing in JSON.</summary>
    public void Line(string text)
    {
        if (!isJson)
            output.WriteLine(text);
    }

    /// <summary>Prints a remark or progress on stderr, in JSON as well.</summary>
    public void Note(string text) => error.WriteLine(text);

    /// <summary>A time for a table: local, to the second.</summary>
    public string? Time(DateTimeOffset? time) => time is { } it ? $"{TimeZoneInfo.ConvertTime(it, zone):yyyy-MM-dd HH:mm:ss}" : null;

    private void Table<TRow>(IReadOnlyList<TRow> rows, IReadOnlyList<Column<TRow>> columns)
    {
        var cells = rows.Select(row => columns.Select(column => column.Cell(row) ?? "").ToArray()).ToList();
        var used = Enumerable.Range(0, columns.Count).Where(at => cells.Exists(row => row[at].Length > 0)).ToArray();
        var shown = used.Select(at => columns[at]).ToList();
        var headers = shown.Select(column => column.Header).ToList();
        var all = cells.Select(row => used.Select(at => row[at]).ToArray()).ToList();
        if (TableLayout.Fit([.. shown.Select(column => column.Kind)], headers, all, width ?? Unlimited) is { } fitting)
        {
            Write(shown.Select(column => (column.Header, column.Kind)), fitting);
            return;
        }
        for (var at = 0; at < all.Count; at++)
        {
            if (at > 0)
                output.WriteLine();
            Record([.. headers.Zip(all[at], (header, cell) => (header, (string?)cell))]);
        }
    }

    private void Record(IReadOnlyList<(string Name, string? Value)> lines)
    {
        var present = lines.Where(line => line.Value is { Length: > 0 }).Select(line => new[] { line.Name, line.Value! }).ToList();
        if (present.Count > 0)
            Write([("", ColumnKind.Word), ("", ColumnKind.Prose)], present);
    }

    private void Write(IEnumerable<(string Header, ColumnKind Kind)> columns, IReadOnlyList<string[]> rows)
    {
        var table = new Table().NoBorder();
        foreach (var (header, kind) in columns)
        {
            var column = new TableColumn(new Text(header))
            {
                NoWrap = kind != ColumnKind.Prose,
                Padding = new Padding(0, 0, TableLayout.Gap, 0),
            };
            if (kind == ColumnKind.Number)
                column.Alignment = Justify.Right;
            table.AddColumn(column);
        }
        table.ShowHeaders = table.Columns.Any(column => ((Text)column.Header).Length > 0);
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text),
            }
        );
        console.Profile.Width = (width ?? Unlimited) + TableLayout.Gap;
        console.Write(table);
        foreach (var line in text.ToString().Split('\n'))
        {
            if (line.TrimEnd() is { Length: > 0 } printed)
                output.WriteLine(printed);
        }
    }
}
