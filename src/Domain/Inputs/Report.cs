namespace Rollups.Domain;

/// <summary>One report of an accepted input: raw bytes without a proof. Key: (application, index).</summary>
public sealed class Report
{
    /// <summary>Application of the report.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index in the application, from 0 without gaps.</summary>
    public ulong Index { get; set; }

    /// <summary>Input that produced it.</summary>
    public ulong InputIndex { get; set; }

    /// <summary>Epoch of that input.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>The bytes as the application wrote them.</summary>
    public required byte[] RawData { get; set; }

    /// <summary>When the report was stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
