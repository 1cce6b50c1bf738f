namespace Rollups.Cli.Inspect;

/// <summary>A report.</summary>
internal sealed record InspectReport(byte[] Payload);
