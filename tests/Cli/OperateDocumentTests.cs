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
            // A name on the page for an address that only a node has.
            .Select(line => line.Replace("0xNODE", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", StringComparison.Ordinal))
            .ToList();

        lines.Count.ShouldBeGreaterThan(8);
        foreach (var line in lines)
            RollupsCommand.Create().Parse(line["rollups ".Length..]).Errors.ShouldBeEmpty(line);
    }
}
