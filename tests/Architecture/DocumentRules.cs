using System.Text.RegularExpressions;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>The documents name paths of this checkout: a file that moves turns a test red, so no page goes stale unnoticed.</summary>
public sealed partial class DocumentRules
{
    private const string Walk = "## One input from log to accepted claim";

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_source_path_that_a_document_names_exists(string document)
    {
        var paths = SourcePath().Matches(Read(document)).Select(match => match.Value.TrimEnd('.', '/')).Distinct().ToList();
        paths.ShouldNotBeEmpty();
        paths.Where(path => !Exists(path)).ShouldBeEmpty($"{document} names paths that do not exist");
    }

    /// <summary>A newcomer follows an input with ten files at most, each of which is in the checkout.</summary>
    [Fact]
    public void One_input_is_walked_in_at_most_ten_hops_and_each_names_a_source_file()
    {
        var text = Read("ARCHITECTURE.md");
        var begin = text.IndexOf(Walk, StringComparison.Ordinal);
        begin.ShouldBeGreaterThanOrEqualTo(0, $"ARCHITECTURE.md has no section '{Walk}'");
        var end = text.IndexOf("\n## ", begin, StringComparison.Ordinal);
        var section = end < 0 ? text[begin..] : text[begin..end];
        var hops = Hop().Matches(section).Select(match => match.Groups[1].Value).ToList();

        hops.Count.ShouldBeInRange(1, 10);
        hops.Count.ShouldBe(Item().Count(section));
        hops.Where(hop => !File.Exists(Path.Combine(RepositoryFolder.Path, hop))).ShouldBeEmpty();
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(RepositoryFolder.Path, document));

    private static bool Exists(string path) => Path.Exists(Path.Combine(RepositoryFolder.Path, path));

    [GeneratedRegex(@"(?<![\w./-])src/[\w./-]+")]
    private static partial Regex SourcePath();

    /// <summary>An item of the walk that begins with the path of its file.</summary>
    [GeneratedRegex(@"^\d+\. `(src/[\w./-]+\.cs)`", RegexOptions.Multiline)]
    private static partial Regex Hop();

    [GeneratedRegex(@"^\d+\. ", RegexOptions.Multiline)]
    private static partial Regex Item();
}
