using Rollups.Testing;

namespace Rollups.Cli.Tests;

/// <summary>Every command line of the page for operators is one that the program understands.</summary>
public sealed class OperateDocumentTests
{
    [Fact]
    public void Every_command_on_the_page_parses()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Path, "docs", "operate.md"))
            .Where(line => line.StartsWith("rollups ", StringComparison.Ordinal))
            // A remark behind the command is for the reader.
            .Select(line => line.Split("  #")[0].TrimEnd())
            .ToList();

        lines.Count.ShouldBeGreaterThan(8);
        foreach (var line in lines)
            RollupsCommand.Create().Parse(line["rollups ".Length..]).Errors.ShouldBeEmpty(line);
    }
}
