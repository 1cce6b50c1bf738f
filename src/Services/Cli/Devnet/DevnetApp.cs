namespace Rollups.Cli.Devnet;

/// <summary>An application in host mode.</summary>
/// <param name="Command">Command that runs its backend.</param>
/// <param name="Port">Port of its Rollup HTTP API; 0 for a free one.</param>
/// <param name="Inputs">Texts to send as inputs.</param>
internal sealed record DevnetApp(string Command, int Port, IReadOnlyList<string> Inputs);
