namespace Rollups.Domain;

/// <summary>
/// Siblings of up to 128 neighbouring nodes of a large epoch's <see cref="OutputsTree"/>, and of their ancestors on the six levels above.
/// Key: (application, first output, level).
/// </summary>
public sealed class OutputsTreeChunk
{
    /// <summary>Application of the epoch.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index of the first of the epoch's outputs below these nodes.</summary>
    public ulong FirstIndex { get; set; }

    /// <summary>Level of the nodes: 0, 7, 14, ...</summary>
    public int Level { get; set; }

    /// <summary>The epoch.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>The siblings; a multiple of 32 bytes, at most 8 KiB.</summary>
    public required byte[] Siblings { get; set; }
}
