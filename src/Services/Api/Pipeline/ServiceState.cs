using Rollups.Persistence;

namespace Rollups.Api.Pipeline;

/// <summary>Health of a service, with the reason and the remedy if it is not healthy.</summary>
internal sealed record ServiceState(string Health, string? Reason, string? Remedy);
