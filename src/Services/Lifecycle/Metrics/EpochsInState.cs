using Rollups.Domain;

namespace Rollups.Lifecycle.Metrics;

/// <summary>The epochs that are in one state.</summary>
/// <param name="Status">The state.</param>
/// <param name="Count">Their number.</param>
/// <param name="Stuck">How many of them have been in it for too long.</param>
/// <param name="Since">When the oldest entered it.</param>
internal sealed record EpochsInState(EpochStatus Status, long Count, long Stuck, DateTimeOffset? Since);
