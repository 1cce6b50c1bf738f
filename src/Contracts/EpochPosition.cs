namespace Rollups.Contracts;

/// <summary>An epoch's place in a list, whose order is that of applications' addresses and epochs' indexes.</summary>
public sealed record EpochPosition
{
    /// <summary>Address of the application contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>Index of the epoch.</summary>
    public required ulong EpochIndex { get; init; }
}
