using Rollups.Domain;

namespace Rollups.Api.Pipeline;

/// <summary>Epochs in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many; counting ends at 1000.</param>
/// <param name="IsAtLeast">Whether there may be more.</param>
internal sealed record StateCount(EpochStatus State, int Count, bool IsAtLeast);
