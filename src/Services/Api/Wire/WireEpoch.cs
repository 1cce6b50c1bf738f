using System.Linq.Expressions;
using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>An epoch. In lists the proofs are null: they would be nine tenths of the page.</summary>
internal sealed record WireEpoch
{
    public required ulong Index { get; init; }
    public required ulong FirstBlock { get; init; }
    public required ulong LastBlock { get; init; }
    public required ulong InputIndexLowerBound { get; init; }
    public required ulong InputIndexUpperBound { get; init; }
    public required Hash32? MachineHash { get; init; }
    public required Hash32? OutputsMerkleRoot { get; init; }
    public IReadOnlyList<Hash32>? OutputsMerkleProof { get; init; }
    public Hash32? TxBufferDataBlock => OutputsMerkleRoot;
    public IReadOnlyList<Hash32>? TxBufferDataBlockProof => OutputsMerkleProof;
    public Hash32? IflagsYDataBlock { get; init; }
    public IReadOnlyList<Hash32>? IflagsYDataBlockProof { get; init; }
    public Hash32? HtifTohostDataBlock { get; init; }
    public IReadOnlyList<Hash32>? HtifTohostDataBlockProof { get; init; }
    public required Hash32? Commitment { get; init; }
    public IReadOnlyList<Hash32>? CommitmentProof { get; init; }
    public required Hash32? ClaimTransactionHash { get; init; }
    public required Address? TournamentAddress { get; init; }
    public required EpochStatus Status { get; init; }

    /// <summary>Of later contracts.</summary>
    public ulong? StagedAtBlock { get; init; }
    public required ulong VirtualIndex { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Reads only the columns of a list.</summary>
    public static readonly Expression<Func<Epoch, WireEpoch>> WithoutProofs = row => new WireEpoch
    {
        Index = row.Index,
        FirstBlock = row.FirstBlock,
        LastBlock = row.LastBlock,
        InputIndexLowerBound = row.InputIndexLowerBound,
        InputIndexUpperBound = row.InputIndexUpperBound,
        MachineHash = row.MachineHash,
        OutputsMerkleRoot = row.OutputsMerkleRoot,
        Commitment = row.Commitment,
        ClaimTransactionHash = row.ClaimTransactionHash,
        TournamentAddress = row.TournamentAddress,
        Status = row.Status,
        VirtualIndex = row.VirtualIndex,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };

    private static readonly Func<Epoch, WireEpoch> Bare = WithoutProofs.Compile();

    public static WireEpoch From(Epoch row) =>
        Bare(row) with
        {
            OutputsMerkleProof = Proof(row.OutputsMerkleProof),
            IflagsYDataBlock = row.IflagsYBlock,
            IflagsYDataBlockProof = Proof(row.IflagsYProof),
            HtifTohostDataBlock = row.TohostBlock,
            HtifTohostDataBlockProof = Proof(row.TohostProof),
            CommitmentProof = Proof(row.CommitmentProof),
        };

    internal static IReadOnlyList<Hash32>? Proof(byte[]? bytes) => bytes is null ? null : Siblings.FromBytes(bytes);
}
