using System.Text.RegularExpressions;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Node.Tests.Documentation;

/// <summary>
/// The tables of docs/configuration.md. Each stands between <c>&lt;!-- settings SECTION --&gt;</c> and <c>&lt;!-- end --&gt;</c>; what is
/// around them is written by hand.
/// </summary>
internal static partial class SettingTables
{
    private const string EveryService = "Services:NAME";

    /// <summary>The settings by section, those that every service has once.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Setting>> Sections { get; } =
        KnownSettings
            .All.Where(setting => setting.Property.DeclaringType != typeof(ServiceOptions))
            .Concat(Setting.Of(typeof(ServiceOptions), EveryService))
            .GroupBy(setting => setting.Name[..setting.Name.LastIndexOf(':')])
            .ToDictionary(section => section.Key, section => (IReadOnlyList<Setting>)[.. section]);

    /// <summary>The sections that have a table in the document, in its order.</summary>
    public static IReadOnlyList<string> SectionsOf(string document) =>
        [.. Block().Matches(document).Select(block => block.Groups[1].Value)];

    /// <summary>The document with its tables made anew.</summary>
    public static string Renew(string document) =>
        Block().Replace(document, block => $"<!-- settings {block.Groups[1].Value} -->\n{Table(block.Groups[1].Value)}<!-- end -->");

    private static string Table(string section) =>
        Sections.TryGetValue(section, out var settings)
            ? "| setting | default | range | meaning |\n|---|---|---|---|\n" + string.Concat(settings.Select(Row))
            : "";

    private static string Row(Setting setting)
    {
        var value = SettingDescription.Default(setting);
        // Such as: none; that of the AWS SDK.
        var isProse = setting.Allowed.Count == 0 && (value == "none" || (value.Contains(' ') && !value.Contains('=')));
        var range =
            setting.Allowed.Count > 0 ? Words().Replace(SettingDescription.Range(setting), "`$0`") : SettingDescription.Range(setting);
        return $"| `{setting.Name}` | {(isProse ? value : $"`{value}`")} | {range} | {SettingDocs.Meaning(setting)} |\n";
    }

    [GeneratedRegex(@"<!-- settings (\S+) -->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    // The words of a choice, without the "or" before the last.
    [GeneratedRegex(@"\b(?!or\b)[a-z]+(-[a-z]+)*\b")]
    private static partial Regex Words();
}
