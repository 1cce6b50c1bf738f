namespace Rollups.Domain;

/// <summary>Result of sorting inputs into epochs.</summary>
/// <param name="Epochs">Epochs to write, oldest first; empty with a fault.</param>
/// <param name="Fault">Why the stored epochs and L1 contradict each other, or null.</param>
public sealed record FormedEpochs(IReadOnlyList<FormedEpoch> Epochs, string? Fault)
{
    /// <summary>The seal that settled the epoch before the first of <see cref="Epochs"/> (PRT), or null.</summary>
    public EpochSealed? SettlesStored { get; init; }

    /// <summary>The first seal not yet applied because inputs before it are still unread, or null.</summary>
    public EpochSealed? Waiting { get; init; }
}
