namespace Rollups.Benchmarks;

/// <summary>What one benchmark measured: rows against their goals, sentences, tables and plots.</summary>
internal sealed class Report(Servers servers, Results results, bool isQuick)
{
    /// <summary>Where the benchmarks run.</summary>
    public Servers Servers => servers;

    /// <summary>Whether smaller samples will do.</summary>
    public bool IsQuick => isQuick;

    /// <summary>A measure against its goal; it is printed at once.</summary>
    public void Row(Row row)
    {
        results.Rows.Add(row);
        Console.Out.WriteLine(row);
    }

    /// <summary>A sentence that compares two measures of this run.</summary>
    public void Ratio(string sentence)
    {
        results.Sentences.Add(sentence);
        Console.Error.WriteLine($"  {sentence}");
    }

    /// <summary>A table; the first row has the headings.</summary>
    public void Table(string title, params string[][] rows) => results.Tables.Add(new Table(title, rows));

    /// <summary>A plot, drawn into <c>docs/images/benchmarks</c>.</summary>
    public void Plot(Plot plot) => results.Plots.Add(plot);
}
