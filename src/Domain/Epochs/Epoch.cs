namespace Rollups.Domain;

/// <summary>One epoch of an application: a range of L1 blocks whose inputs are claimed together. Key: (application, index).</summary>
public sealed class Epoch
{
    /// <summary>Application of the epoch.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Block number divided by epoch length (Authority, Quorum; has gaps), or the contract's epoch number (PRT).</summary>
    public ulong Index { get; set; }

    /// <summary>0, 1, 2, ... in order of creation; unique per application, without gaps.</summary>
    public ulong VirtualIndex { get; set; }

    /// <summary>First L1 block, inclusive.</summary>
    public ulong FirstBlock { get; set; }

    /// <summary>Last L1 block, inclusive.</summary>
    public ulong LastBlock { get; set; }

    /// <summary>Index of the first input, inclusive.</summary>
    public ulong InputIndexLowerBound { get; set; }

    /// <summary>Index after the last input, exclusive.</summary>
    public ulong InputIndexUpperBound { get; set; }

    /// <summary>
    /// Stage. Only <c>EpochTransitions</c> changes it, along <see cref="LegalMoves"/>, with a guard and together with the event.
    /// </summary>
    public EpochStatus Status { get; set; }

    /// <summary>Machine root after the last input, from <see cref="EpochStatus.InputsProcessed"/> on.</summary>
    public Hash32? MachineHash { get; set; }

    /// <summary>
    /// Outputs root that the machine declares, which is also the claim; from <see cref="EpochStatus.InputsProcessed"/> on.
    /// </summary>
    public Hash32? OutputsMerkleRoot { get; set; }

    /// <summary>59 siblings of 32 bytes, bottom-up: outputs root leaf to machine root.</summary>
    public byte[]? OutputsMerkleProof { get; set; }

    /// <summary>32 bytes at 0x300 of the machine, which hold iflags.Y.</summary>
    public Hash32? IflagsYBlock { get; set; }

    /// <summary>Its 59 siblings.</summary>
    public byte[]? IflagsYProof { get; set; }

    /// <summary>32 bytes at 0x320 of the machine, which hold htif.tohost.</summary>
    public Hash32? TohostBlock { get; set; }

    /// <summary>Its 59 siblings.</summary>
    public byte[]? TohostProof { get; set; }

    /// <summary>
    /// Root tournament that decides the epoch (PRT), from <see cref="EpochStatus.Closed"/> on; null for Authority and Quorum.
    /// </summary>
    public Address? TournamentAddress { get; set; }

    /// <summary>Root of the 2^48 machine states of the epoch (PRT), from <see cref="EpochStatus.ClaimCalculated"/> on.</summary>
    public Hash32? Commitment { get; set; }

    /// <summary>48 siblings of 32 bytes, bottom-up: last leaf to <see cref="Commitment"/>.</summary>
    public byte[]? CommitmentProof { get; set; }

    /// <summary>
    /// Machine root with which the consensus contract settled the epoch (PRT), read from the next EpochSealed; null until then.
    /// </summary>
    public Hash32? SettledMachineHash { get; set; }

    /// <summary>Outputs root with which it was settled.</summary>
    public Hash32? SettledOutputsMerkleRoot { get; set; }

    /// <summary>L1 transaction that settled it.</summary>
    public Hash32? SettlementTransactionHash { get; set; }

    /// <summary>L1 block of that transaction: the block of the next epoch's seal.</summary>
    public ulong? SettlementBlockNumber { get; set; }

    /// <summary>Its hash when the seal was read.</summary>
    public Hash32? SettlementBlockHash { get; set; }

    /// <summary>
    /// L1 transaction of our claim; for PRT, the one that joined the root tournament with our commitment, regardless of its sender.
    /// </summary>
    public Hash32? ClaimTransactionHash { get; set; }

    /// <summary>L1 transaction in which the claim was accepted.</summary>
    public Hash32? AcceptanceTransactionHash { get; set; }

    /// <summary>L1 block of <see cref="ClaimTransactionHash"/>.</summary>
    public ulong? ClaimBlockNumber { get; set; }

    /// <summary>Its hash when the claim was read.</summary>
    public Hash32? ClaimBlockHash { get; set; }

    /// <summary>L1 block of <see cref="AcceptanceTransactionHash"/>.</summary>
    public ulong? AcceptanceBlockNumber { get; set; }

    /// <summary>Its hash when the acceptance was read.</summary>
    public Hash32? AcceptanceBlockHash { get; set; }

    /// <summary>
    /// True while a block of the claim, the acceptance or the settlement can still be replaced; only then can they be reverted. Always
    /// false when the node reads by <c>finalized</c>.
    /// </summary>
    public bool IsProvisional { get; set; }

    /// <summary>How often an L1 reorg reverted the claim, starting at 0.</summary>
    public int ClaimRound { get; set; }

    /// <summary>When that last happened; null in round 0.</summary>
    public DateTimeOffset? ClaimRevertedAt { get; set; }

    /// <summary>
    /// W3C trace context (<c>traceparent</c>) of the span that read the epoch's first block: everything that is done for the epoch belongs
    /// to that trace. Null if nothing collected traces then.
    /// </summary>
    public string? TraceParent { get; set; }

    /// <summary>When the epoch was stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it was opened, or stored as closed if discovered late.</summary>
    public DateTimeOffset OpenedAt { get; set; }

    /// <summary>When it became <see cref="EpochStatus.Closed"/>.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>When it became <see cref="EpochStatus.InputsProcessed"/>.</summary>
    public DateTimeOffset? InputsProcessedAt { get; set; }

    /// <summary>When it became <see cref="EpochStatus.ClaimCalculated"/>.</summary>
    public DateTimeOffset? ClaimCalculatedAt { get; set; }

    /// <summary>When it became <see cref="EpochStatus.ClaimSubmitted"/>.</summary>
    public DateTimeOffset? ClaimSubmittedAt { get; set; }

    /// <summary>When it became <see cref="EpochStatus.ClaimAccepted"/> or <see cref="EpochStatus.ClaimRejected"/>.</summary>
    public DateTimeOffset? ClaimSettledAt { get; set; }

    /// <summary>When it entered its current stage. A claim that L1 reverted waits anew from then on.</summary>
    public DateTimeOffset? EnteredAt =>
        Status switch
        {
            EpochStatus.Open => OpenedAt,
            EpochStatus.Closed => ClosedAt,
            EpochStatus.InputsProcessed => InputsProcessedAt,
            EpochStatus.ClaimCalculated => ClaimRevertedAt ?? ClaimCalculatedAt,
            EpochStatus.ClaimSubmitted => ClaimSubmittedAt,
            _ => ClaimSettledAt,
        };
}
