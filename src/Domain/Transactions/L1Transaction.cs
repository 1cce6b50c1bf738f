namespace Rollups.Domain;

/// <summary>
/// A signed L1 transaction. It is stored before it is broadcast, so that a restart sends the same bytes again and never a second
/// transaction.
/// </summary>
public sealed class L1Transaction
{
    /// <summary>Internal key.</summary>
    public long Id { get; set; }

    /// <summary>EIP-155 chain id.</summary>
    public ulong ChainId { get; set; }

    /// <summary>Account that pays; with <see cref="Nonce"/>, its place in the account's queue.</summary>
    public Address Signer { get; set; }

    /// <summary>Account nonce.</summary>
    public ulong Nonce { get; set; }

    /// <summary>Purpose.</summary>
    public TransactionKind Kind { get; set; }

    /// <summary>Application of the epoch.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Index of the epoch.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>Contract that it calls.</summary>
    public Address To { get; set; }

    /// <summary>Wei sent along: the bond of a tournament; 0 otherwise.</summary>
    public decimal Value { get; set; }

    /// <summary>Call data.</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>
    /// True if the newest version only consumes the nonce, so that earlier versions are never mined: an empty transaction from the
    /// account to itself.
    /// </summary>
    public bool IsCancellation => To == Signer && Data.Length == 0;

    /// <summary>Gas units.</summary>
    public ulong GasLimit { get; set; }

    /// <summary>Wei per gas unit; the gas price of a legacy transaction.</summary>
    public ulong MaxFeePerGas { get; set; }

    /// <summary>Wei per gas unit; 0 in a legacy transaction.</summary>
    public ulong MaxPriorityFeePerGas { get; set; }

    /// <summary>True for type 0, false for EIP-1559.</summary>
    public bool IsLegacy { get; set; }

    /// <summary>
    /// Hash of <see cref="SignedTransaction"/>, the newest version; earlier ones are <see cref="ReplacedTransaction"/>s.
    /// </summary>
    public Hash32 TransactionHash { get; set; }

    /// <summary>The bytes for eth_sendRawTransaction.</summary>
    public required byte[] SignedTransaction { get; set; }

    /// <summary>State.</summary>
    public TransactionState State { get; set; }

    /// <summary>L1 head when this version was signed.</summary>
    public ulong SentAtBlock { get; set; }

    /// <summary>When the row was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
