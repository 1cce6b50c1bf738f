namespace Rollups.Persistence;

/// <summary>One row per lane: the holder of its row lock delivers the lane.</summary>
public sealed class OutboxLane
{
    /// <summary>Number of lanes.</summary>
    public const int Count = 16;

    /// <summary>0 to 15.</summary>
    public short Lane { get; set; }
}
