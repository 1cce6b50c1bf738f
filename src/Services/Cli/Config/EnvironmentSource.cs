using System.Collections;

namespace Rollups.Cli.Config;

/// <summary>Variables and where they came from.</summary>
/// <param name="Variables">Values by name; of several, the last.</param>
/// <param name="Notes">What the operator must know of a variable's place: name and sentence.</param>
internal sealed record EnvironmentSource(
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyList<(string Name, string Sentence)> Notes
)
{
    /// <summary>The variables of this process.</summary>
    public static EnvironmentSource OfProcess() =>
        new(
            Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
            []
        );
}
