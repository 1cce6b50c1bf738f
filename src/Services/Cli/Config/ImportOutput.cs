using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rollups.Cli.Config;

/// <summary>Prints an import: the settings on stdout, everything else on stderr.</summary>
internal static partial class ImportOutput
{
    // For people and scripts, not for a web page.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One line per setting, which shells, compose and systemd read; a comment stands for each secret that is withheld.</summary>
    public static void WriteLines(ImportResult result, TextWriter output)
    {
        if (result.IsRefused)
            return;
        foreach (var setting in result.Settings)
            output.WriteLine($"{SettingsImport.Variable(setting.Setting)}={Quote(setting.Value)}");
        foreach (var finding in result.Findings.Where(finding => finding.Kind == FindingKind.Withheld))
            output.WriteLine($"# {SettingsImport.Variable(finding.Setting!)}: a secret, from {finding.Variable}");
    }

    /// <summary>One object, with the findings as well.</summary>
    public static void WriteJson(ImportResult result, TextWriter output)
    {
        var document = new JsonObject
        {
            ["settings"] = new JsonObject(
                result.Settings.Select(it => KeyValuePair.Create<string, JsonNode?>(SettingsImport.Variable(it.Setting), it.Value))
            ),
            ["wrong"] = Findings(result, FindingKind.Wrong),
            ["withheld"] = Findings(result, FindingKind.Withheld),
            ["withoutCounterpart"] = Findings(result, FindingKind.WithoutCounterpart),
            ["notes"] = Findings(result, FindingKind.Note),
        };
        output.WriteLine(document.ToJsonString(Readable));
    }

    /// <summary>One line per finding, the wrong values last, where the operator sees them.</summary>
    public static void WriteFindings(ImportResult result, TextWriter error)
    {
        foreach (var finding in result.Findings.OrderByDescending(finding => finding.Kind))
            error.WriteLine(
                finding.Kind switch
                {
                    FindingKind.Wrong => $"error: {finding.Variable} {finding.Sentence}",
                    FindingKind.Withheld => $"secret: {finding.Variable} {finding.Sentence}",
                    FindingKind.WithoutCounterpart => $"no counterpart: {finding.Variable}. {finding.Sentence}",
                    _ => $"note: {finding.Variable} {finding.Sentence}",
                }
            );
    }

    private static JsonArray Findings(ImportResult result, FindingKind kind) =>
        [
            .. result
                .Findings.Where(finding => finding.Kind == kind)
                .Select(finding =>
                {
                    var one = new JsonObject { ["variable"] = finding.Variable };
                    if (finding.Setting is { } setting)
                        one["setting"] = SettingsImport.Variable(setting);
                    one["reason"] = finding.Sentence;
                    return one;
                }),
        ];

    private static string Quote(string value) =>
        Plain().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_./:@%+,=\[\]-]+$")]
    private static partial Regex Plain();
}
