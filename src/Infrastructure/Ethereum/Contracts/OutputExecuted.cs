using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>An executed output.</summary>
/// <param name="OutputIndex">Index in the application.</param>
/// <param name="Output">The encoded output.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record OutputExecuted(ulong OutputIndex, byte[] Output, LogEntry Log);
