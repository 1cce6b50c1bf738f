namespace Rollups.Cli.Config;

/// <summary>One of our settings with its value.</summary>
/// <param name="Setting">Such as <c>Ethereum:ChainId</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Variable">The Go node's variable that it comes from.</param>
internal sealed record ImportedSetting(string Setting, string Value, string Variable);
