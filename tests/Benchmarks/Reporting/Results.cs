using System.Text.Json;

namespace Rollups.Benchmarks;

/// <summary>The results of one benchmark, kept as a file, so that benchmarks that ran one by one come into one document.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    public required string Name { get; init; }

    public required string Machine { get; init; }

    public required DateTimeOffset At { get; init; }

    public double Seconds { get; set; }

    /// <summary>Load averages of one minute.</summary>
    public double LoadBefore { get; init; }

    public double LoadAfter { get; set; }

    public List<Row> Rows { get; init; } = [];

    public List<string> Sentences { get; init; } = [];

    public List<Table> Tables { get; init; } = [];

    public List<Plot> Plots { get; init; } = [];

    public static Results? Load(string folder, string name)
    {
        var file = Path.Combine(folder, name + ".json");
        return File.Exists(file) ? JsonSerializer.Deserialize<Results>(File.ReadAllText(file), Options) : null;
    }

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Name + ".json"), JsonSerializer.Serialize(this, Options));
    }
}

/// <summary>A table; the first row has the headings.</summary>
internal sealed record Table(string Title, string[][] Rows);
