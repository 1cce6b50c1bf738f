namespace Rollups.Contracts;

/// <summary>Answer to <see cref="GetEpochLifecycle"/>: no such epoch is known (yet).</summary>
public sealed record EpochLifecycleNotFound
{
    /// <summary>What was asked for and what can be done.</summary>
    public required string Reason { get; init; }
}
