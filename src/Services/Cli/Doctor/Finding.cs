using System.Text.Json.Serialization;

namespace Rollups.Cli.Doctor;

/// <summary>The result of one check.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Result">How it stands.</param>
/// <param name="Sentence">What was found, and the remedy if it is not well.</param>
internal sealed record Finding(string Check, Health Result, string Sentence)
{
    public static Finding Ok(string check, string sentence) => new(check, Health.Ok, sentence);

    public static Finding Warning(string check, string sentence) => new(check, Health.Warning, sentence);

    public static Finding Failed(string check, string sentence) => new(check, Health.Failed, sentence);

    /// <summary>The result in a table.</summary>
    [JsonIgnore]
    public string Word =>
        Result switch
        {
            Health.Ok => "ok",
            Health.Warning => "warning",
            _ => "FAILED",
        };
}
