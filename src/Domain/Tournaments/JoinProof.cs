namespace Rollups.Domain;

/// <summary>The arguments for joining a tournament with a commitment, from the stored proof of its last leaf. Pure.</summary>
/// <param name="Siblings">48 siblings, bottom-up.</param>
/// <param name="Left">Left child of the commitment.</param>
/// <param name="Right">Right child of the commitment.</param>
public sealed record JoinProof(IReadOnlyList<Hash32> Siblings, Hash32 Left, Hash32 Right)
{
    /// <summary>
    /// The last leaf is the rightmost: every sibling is on its left, and the topmost is the commitment's left child. Null if the
    /// stored parts do not match.
    /// </summary>
    public static JoinProof? Of(Epoch epoch)
    {
        if (epoch is not { Commitment: { } commitment, CommitmentProof: { } proof, MachineHash: { } last })
            return null;
        var siblings = Domain.Siblings.FromBytes(proof);
        var right = siblings.SkipLast(1).Aggregate(last, (node, sibling) => Keccak256.Hash(sibling, node));
        return Keccak256.Hash(siblings[^1], right) == commitment ? new JoinProof(siblings, siblings[^1], right) : null;
    }
}
