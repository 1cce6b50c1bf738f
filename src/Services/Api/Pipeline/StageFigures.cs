using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Api.Pipeline;

/// <summary>Seconds that the epochs accepted last spent in a stage.</summary>
internal sealed record StageFigures(EpochStatus State, string Service, Percentiles? Duration);
