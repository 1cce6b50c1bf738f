namespace Rollups.Cli.Config;

/// <summary>One of our settings.</summary>
/// <param name="Setting">Such as <c>Ethereum:ChainId</c>.</param>
/// <param name="Fixed">The value that it has whenever the variable is set; null: the translated value.</param>
internal sealed record GoTarget(string Setting, string? Fixed);
