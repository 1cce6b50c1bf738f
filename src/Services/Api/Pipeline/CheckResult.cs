namespace Rollups.Api.Pipeline;

/// <summary>A health check of this process.</summary>
internal sealed record CheckResult(string Name, string Status, string? Reason);
