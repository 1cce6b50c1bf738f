namespace Rollups.Cli.Config;

/// <summary>What an import reports of a variable.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Variable">The Go node's variable.</param>
/// <param name="Setting">Our setting that is withheld; otherwise null.</param>
/// <param name="Sentence">Follows the variable's name; never with a secret.</param>
internal sealed record Finding(FindingKind Kind, string Variable, string? Setting, string Sentence);
