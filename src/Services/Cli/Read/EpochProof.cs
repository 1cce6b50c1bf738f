using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>The proof of an epoch's state, each part with its siblings from the leaf up.</summary>
internal sealed record EpochProof(
    Hash32 MachineHash,
    Hash32 OutputsMerkleRoot,
    IReadOnlyList<Hash32> OutputsMerkleProof,
    Hash32 IflagsYBlock,
    IReadOnlyList<Hash32> IflagsYProof,
    Hash32 TohostBlock,
    IReadOnlyList<Hash32> TohostProof,
    IReadOnlyList<Hash32>? CommitmentProof
)
{
    /// <summary>The proof; null before the machine has processed the last input.</summary>
    public static EpochProof? Of(Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        // A check constraint keeps the parts together.
        return epoch is { MachineHash: { } machine, OutputsMerkleRoot: { } outputs, IflagsYBlock: { } iflags, TohostBlock: { } tohost }
            ? new(
                machine,
                outputs,
                Split(epoch.OutputsMerkleProof!),
                iflags,
                Split(epoch.IflagsYProof!),
                tohost,
                Split(epoch.TohostProof!),
                epoch.CommitmentProof is { } commitment ? Split(commitment) : null
            )
            : null;
    }

    /// <summary>The same from the API.</summary>
    public static EpochProof? Of(WireRow row) =>
        (row.FindHash("machine_hash"), row.FindHash("outputs_merkle_root"), row.FindHashes("outputs_merkle_proof"))
            is ({ } machine, { } outputs, { } proof)
            ? new(
                machine,
                outputs,
                proof,
                row.Hash("iflags_y_data_block"),
                row.FindHashes("iflags_y_data_block_proof")!,
                row.Hash("htif_tohost_data_block"),
                row.FindHashes("htif_tohost_data_block_proof")!,
                row.FindHashes("commitment_proof")
            )
            : null;

    private static IReadOnlyList<Hash32> Split(byte[] siblings) => [.. siblings.Chunk(Hash32.Size).Select(sibling => new Hash32(sibling))];
}
