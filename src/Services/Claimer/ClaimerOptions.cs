namespace Rollups.Claimer;

/// <summary>Section <c>Services:Claimer</c>, beside what every service has there.</summary>
public sealed class ClaimerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Claimer";

    /// <summary>Whether transactions are sent. Without it claims are only observed, and no key is needed.</summary>
    /// <value>The default is true.</value>
    public bool SubmissionEnabled { get; set; } = true;
}
