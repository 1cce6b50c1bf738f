namespace Rollups.Messaging;

/// <summary>What one service has done since its process began.</summary>
/// <param name="Latency">Time from the commit of a change to the handling of its event; null before the first event.</param>
/// <param name="FoundByEvent">Units of work that an event announced.</param>
/// <param name="FoundBySync">Units of work that only a fallback sync found.</param>
/// <param name="Failures">Runs that failed.</param>
public sealed record ServiceMeasures(Percentiles? Latency, long FoundByEvent, long FoundBySync, long Failures);
