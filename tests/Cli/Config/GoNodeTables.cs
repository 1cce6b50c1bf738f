using System.Text.RegularExpressions;
using Rollups.Cli.Config;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Tests.Config;

/// <summary>
/// The tables of docs/from-the-go-node.md. Each stands between <c>&lt;!-- variables TITLE --&gt;</c> and <c>&lt;!-- end --&gt;</c>; what
/// is around them is written by hand.
/// </summary>
internal static partial class GoNodeTables
{
    private const string Head =
        "| variable | type | default there | our setting | default here | value and remarks |\n|---|---|---|---|---|---|\n";

    /// <summary>The titles that have a table in the document, in its order.</summary>
    public static IReadOnlyList<string> TitlesOf(string document) => [.. Block().Matches(document).Select(block => block.Groups[1].Value)];

    /// <summary>The document with its tables made anew.</summary>
    public static string Renew(string document) =>
        Block().Replace(document, block => $"<!-- variables {block.Groups[1].Value} -->\n{Table(block.Groups[1].Value)}<!-- end -->");

    private static string Table(string title) =>
        Head + string.Concat(GoVariables.All.Where(variable => variable.Table == title).Select(Row));

    private static string Row(GoVariable variable)
    {
        var settings = string.Join("<br>", variable.Targets.Select(target => Code(Target(target))));
        var defaults = string.Join("<br>", variable.Targets.Where(target => target.Fixed is null).Select(DefaultOf).Distinct());
        var words = variable.Targets.Count == 0 ? "" : Sentence(GoTranslations.WordsOf(variable));
        var process = variable.Processes switch
        {
            [] => "",
            [GoVariable.WholeNode] => " With all services in one process.",
            [GoVariable.WholeNode, ..] => "",
            [var service] when variable.Remark.Contains($"--service {service}") => "",
            _ => $" With `--service {variable.Processes[0]}`.",
        };
        var remark = $"{words}{process} {variable.Remark}".Trim();
        return $"| `{variable.Name}` | {variable.Type} | {(variable.Default.Length > 0 ? Code(variable.Default) : "none")} | "
            + $"{(settings.Length > 0 ? settings : "none")} | {defaults} | {remark} |\n";
    }

    private static string Target(GoTarget target) =>
        SettingsImport.Variable(target.Setting) + (target.Fixed is null ? "" : "=" + target.Fixed);

    private static string DefaultOf(GoTarget target)
    {
        if (KnownSettings.All.FirstOrDefault(setting => setting.Name == target.Setting) is not { } known)
            return Code("Information");
        var value = SettingDescription.Default(known);
        return value == "none" && known.Allowed.Count == 0 || (value.Contains(' ') && !value.Contains('=')) ? value : Code(value);
    }

    private static string Code(string text) => $"`{text}`";

    private static string Sentence(string words) => words == "as it is" ? "" : char.ToUpperInvariant(words[0]) + words[1..] + ".";

    [GeneratedRegex(@"<!-- variables (.+?) -->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();
}
