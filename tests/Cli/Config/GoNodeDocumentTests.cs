using Rollups.Cli.Config;
using Rollups.Node;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Config;

/// <summary>docs/from-the-go-node.md and the command have one source, and it names only settings that the node has.</summary>
public sealed class GoNodeDocumentTests
{
    private const string Rewrite = "ROLLUPS_WRITE_DOCS";

    private static readonly string Document = Path.Combine(RepositoryFolder.Path, "docs", "from-the-go-node.md");

    [Fact]
    public void The_tables_are_those_of_the_data()
    {
        var document = File.ReadAllText(Document);
        var renewed = GoNodeTables.Renew(document);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
            File.WriteAllText(Document, renewed);
        else
            document.ShouldBe(renewed, $"run this test with {Rewrite}=1 to write the tables anew");
    }

    [Fact]
    public void Every_table_is_in_the_document() =>
        GoNodeTables.TitlesOf(File.ReadAllText(Document)).ShouldBe(GoVariables.All.Select(variable => variable.Table).Distinct());

    [Fact]
    public void Every_target_is_a_setting_of_the_node() =>
        GoVariables
            .All.SelectMany(variable => variable.Targets)
            .Where(target => !KnownSettings.Contains(target.Setting) && target.Setting != "Logging:LogLevel:Rollups")
            .ShouldBeEmpty();

    [Fact]
    public void A_variable_occurs_once() => GoVariables.All.Select(variable => variable.Name).ShouldBeUnique();

    [Fact]
    public void A_variable_without_a_counterpart_has_its_reason() =>
        GoVariables
            .All.Where(variable => (variable.Translation == GoVariable.None) != (variable.Targets.Count == 0))
            .Concat(GoVariables.All.Where(variable => variable.Targets.Count == 0 && variable.Remark.Length == 0))
            .ShouldBeEmpty();

    /// <summary>A process is named as <c>--service</c> takes it.</summary>
    [Fact]
    public void Every_process_is_a_service_or_the_whole_node() =>
        GoVariables
            .All.SelectMany(variable => variable.Processes)
            .Distinct()
            .ShouldBeSubsetOf([GoVariable.WholeNode, .. NodeServices.All]);

    [Fact]
    public void Every_translation_is_known()
    {
        foreach (var variable in GoVariables.All.Where(variable => variable.Targets.Count > 0))
            Should.NotThrow(() => GoTranslations.Translate(variable.TranslationOfContent, "x"), variable.Name);
    }

    /// <summary>The names of the newest release, so that none is lost from the data by an edit.</summary>
    [Fact]
    public void The_data_has_the_variables_of_the_newest_release()
    {
        GoVariables.All.Count(variable => variable.Table != "Older names").ShouldBe(NewestNames);
        GoVariables.All.ShouldAllBe(variable => variable.Name.StartsWith(GoVariable.Prefix));
    }

    // 73 of generated.go, and 3 of the branch with events.
    private const int NewestNames = 76;
}
