using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="ListEpochLifecycles"/> and <see cref="GetStuckEpochs"/>.</summary>
[EntityName("epoch.lifecycle_list")]
public sealed record EpochLifecycleList
{
    /// <summary>The epochs.</summary>
    public required IReadOnlyList<EpochLifecycle> Epochs { get; init; }

    /// <summary>Where the next page of <see cref="ListEpochLifecycles"/> begins; null at the end.</summary>
    public EpochPosition? Next { get; init; }
}
