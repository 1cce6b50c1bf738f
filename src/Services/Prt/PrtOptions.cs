namespace Rollups.Prt;

/// <summary>Section <c>Services:Prt</c>, beside what every service has there.</summary>
public sealed class PrtOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Prt";

    /// <summary>Whether tournaments are joined and settled. Without it they are only observed, and no key is needed.</summary>
    /// <value>The default is true.</value>
    public bool SubmissionEnabled { get; set; } = true;
}
