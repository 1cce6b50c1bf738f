using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Rollups.Benchmarks;

/// <summary>What was measured, as Markdown: ratios of one run first, since they hold on other machines too, then tables.</summary>
internal sealed class Report(Servers servers)
{
    private readonly List<string> _ratios = [];
    private readonly StringBuilder _tables = new();

    /// <summary>Where the benchmarks run.</summary>
    public Servers Servers => servers;

    /// <summary>A sentence that compares two measures of this run.</summary>
    public void Ratio(string sentence) => _ratios.Add(sentence);

    /// <summary>A table; the first row has the headings.</summary>
    public void Table(string title, params string[][] rows)
    {
        _tables.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {title}").AppendLine();
        for (var i = 0; i < rows.Length; i++)
        {
            _tables.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", rows[i])} |");
            if (i == 0)
                _tables.Append('|').Append(string.Concat(Enumerable.Repeat("---|", rows[i].Length))).AppendLine();
        }
    }

    /// <summary>The whole report.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, "
                + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; servers and nodes on this one machine."
        );
        text.AppendLine();
        foreach (var ratio in _ratios)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {ratio}");
        return text.Append(_tables).ToString();
    }
}
