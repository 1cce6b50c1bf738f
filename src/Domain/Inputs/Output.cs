namespace Rollups.Domain;

/// <summary>One output (notice, voucher, delegate-call voucher or unknown) of an accepted input. Key: (application, index).</summary>
public sealed class Output
{
    /// <summary>Application of the output.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index in the application, from 0 without gaps: the leaf's position in the outputs tree.</summary>
    public ulong Index { get; set; }

    /// <summary>Input that produced it.</summary>
    public ulong InputIndex { get; set; }

    /// <summary>Epoch of that input.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>The encoded output, selector included.</summary>
    public required byte[] RawData { get; set; }

    /// <summary>L1 transaction that executed it; null for a notice or while it is not executed.</summary>
    public Hash32? ExecutionTransactionHash { get; set; }

    /// <summary>L1 block of that transaction.</summary>
    public ulong? ExecutionBlockNumber { get; set; }

    /// <summary>Its hash when the execution was read.</summary>
    public Hash32? ExecutionBlockHash { get; set; }

    /// <summary>True while that block can still be replaced; only then can the execution be reverted.</summary>
    public bool IsProvisional { get; set; }

    /// <summary>When the output was stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
