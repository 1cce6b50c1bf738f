using Rollups.Node;

namespace Rollups.Cli.Config;

/// <summary>Every variable of the Go node, read from go-node.txt.</summary>
internal static class GoVariables
{
    private const string Resource = "go-node.txt";
    private const int Columns = 7;

    // A name this close to a known one is a slip of it.
    private const int Slips = 3;

    /// <summary>Every variable, in the order of the file.</summary>
    public static IReadOnlyList<GoVariable> All { get; } = [.. Read()];

    /// <summary>The known name that an unknown one is a slip of, or null.</summary>
    public static string? Nearest(string name)
    {
        // Names are short; the distance of a huge one would take time.
        if (name.Length > All.Max(variable => variable.Name.Length) + Slips)
            return null;
        var (nearest, distance) = All.Select(variable => (variable.Name, EditDistance.Between(variable.Name, name.ToUpperInvariant())))
            .MinBy(pair => pair.Item2);
        return distance <= Slips ? nearest : null;
    }

    private static IEnumerable<GoVariable> Read()
    {
        using var reader = new StreamReader(typeof(GoVariables).Assembly.GetManifestResourceStream(Resource)!);
        var table = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                table = line[3..];
            else if (line.Length > 0 && line[0] != '#')
                yield return Parse(table, line);
        }
    }

    private static GoVariable Parse(string table, string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        if (cells.Length != Columns)
            throw new InvalidDataException($"{Resource}: '{cells[0]}' has {cells.Length} columns, not {Columns}.");
        return new GoVariable(
            table,
            cells[0],
            cells[1],
            cells[2],
            List(cells[3]),
            cells[4],
            [.. List(cells[5]).Select(Target)],
            cells[6].TrimStart('!', ' '),
            cells[6].StartsWith('!')
        );
    }

    private static GoTarget Target(string text) =>
        text.Split('=', 2) is [var setting, var value] ? new GoTarget(setting, value) : new GoTarget(text, null);

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
