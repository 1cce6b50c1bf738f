namespace Rollups.Machines.Host;

/// <summary>How a request ended.</summary>
/// <param name="Outcome">Accepted, Rejected, Exception or UnexpectedYield.</param>
/// <param name="Exception">Payload of the exception; otherwise null.</param>
internal sealed record HostEnd(AdvanceOutcome Outcome, byte[]? Exception = null);
