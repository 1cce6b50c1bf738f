namespace Rollups.Domain;

/// <summary>One input of an application. Key: (application, index). Immutable once it has a result.</summary>
public sealed class Input
{
    /// <summary>Application of the input.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index in the application, from 0 without gaps.</summary>
    public ulong Index { get; set; }

    /// <summary>Epoch of the input.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>L1 block of the input.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>Hash of that block; it identifies every earlier block, and so every earlier input.</summary>
    public Hash32 BlockHash { get; set; }

    /// <summary>The encoded EvmAdvance call, byte for byte as the InputBox emitted it.</summary>
    public required byte[] RawData { get; set; }

    /// <summary>L1 transaction; with <see cref="LogIndex"/> the identity of the log.</summary>
    public Hash32 TransactionHash { get; set; }

    /// <summary>Position of the log in the block.</summary>
    public ulong LogIndex { get; set; }

    /// <summary>Result.</summary>
    public InputStatus Status { get; set; }

    /// <summary>Machine root after the input; null exactly while it has not run.</summary>
    public Hash32? MachineHash { get; set; }

    /// <summary>Outputs root after the input; null exactly while it has not run.</summary>
    public Hash32? OutputsMerkleRoot { get; set; }

    /// <summary>Payload of the exception; non-null exactly for <see cref="InputStatus.Exception"/>.</summary>
    public byte[]? ExceptionData { get; set; }

    /// <summary>When the input was stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
