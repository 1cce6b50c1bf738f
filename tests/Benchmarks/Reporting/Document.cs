using System.Globalization;
using System.Text;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>Writes the results into the part of <c>docs/benchmarks.md</c> that lies between two marks, and draws its plots.</summary>
internal static class Document
{
    private const string Begin = "<!-- results: written by the benchmarks -->";
    private const string End = "<!-- end of the results -->";
    private const int LineLength = 130;

    private static string File => Path.Combine(RepositoryFolder.Path, "docs", "benchmarks.md");

    private static string Images => Path.Combine(RepositoryFolder.Path, "docs", "images", "benchmarks");

    /// <summary>Replaces the results of the document with these, in their order.</summary>
    public static void Write(IReadOnlyList<Results> all)
    {
        var text = System.IO.File.ReadAllText(File);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{File} lacks the lines '{Begin}' and '{End}', between which the results stand.");
        var results = new StringBuilder();
        Summarize(results, all);
        foreach (var one in all.Where(one => one.Sentences.Count + one.Tables.Count + one.Plots.Count > 0))
            Detail(results, one);
        System.IO.File.WriteAllText(File, text[..(begin + Begin.Length)] + "\n\n" + results.ToString().Trim() + "\n\n" + text[end..]);
    }

    private static void Summarize(StringBuilder text, IReadOnlyList<Results> all)
    {
        foreach (var machine in all.GroupBy(one => one.Machine))
        {
            Wrap(
                text,
                all.Count == machine.Count() ? machine.Key : $"{string.Join(", ", machine.Select(one => one.Name))}: {machine.Key}",
                ""
            );
            text.AppendLine();
        }

        var rows = all.SelectMany(one => one.Rows.Select(row => (one, row))).ToList();
        if (rows.Count == 0)
            return;
        text.AppendLine("| benchmark | measure | value | ratio | to | goal | |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var (one, row) in rows)
            text.AppendLine(
                $"| {one.Name} | {row.Name} | {Benchmarks.Row.Number(row.Value)} {row.Unit} | {Benchmarks.Row.Number(row.Ratio)} "
                    + $"| {row.To} | "
                    + $"{row.Goal} | {(row.Outcome == "met" ? "met" : "**missed**")} |"
            );
    }

    private static void Detail(StringBuilder text, Results one)
    {
        text.AppendLine().AppendLine($"### {one.Name}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{one.At:yyyy-MM-dd}, {one.Seconds:0} s; load {one.LoadBefore:0.00} before, {one.LoadAfter:0.00} after."
        );
        if (one.Sentences.Count > 0)
            text.AppendLine();
        foreach (var sentence in one.Sentences)
            Wrap(text, "- " + sentence, "  ");
        foreach (var table in one.Tables)
        {
            text.AppendLine().AppendLine($"{table.Title}:").AppendLine();
            for (var i = 0; i < table.Rows.Length; i++)
            {
                text.AppendLine($"| {string.Join(" | ", table.Rows[i])} |");
                if (i == 0)
                    text.AppendLine("|" + string.Concat(Enumerable.Repeat("---|", table.Rows[i].Length)));
            }
        }

        foreach (var plot in one.Plots)
        {
            Directory.CreateDirectory(Images);
            System.IO.File.WriteAllText(Path.Combine(Images, plot.File + ".svg"), Svg.Draw(plot));
            text.AppendLine().AppendLine($"![{plot.Title}](images/benchmarks/{plot.File}.svg)");
        }
    }

    private static void Wrap(StringBuilder text, string sentence, string indent)
    {
        var length = 0;
        foreach (var word in sentence.Split(' '))
        {
            if (length > 0 && length + 1 + word.Length > LineLength)
            {
                text.AppendLine().Append(indent);
                length = indent.Length;
            }
            else if (length > 0)
            {
                text.Append(' ');
                length++;
            }

            text.Append(word);
            length += word.Length;
        }

        text.AppendLine();
    }
}
