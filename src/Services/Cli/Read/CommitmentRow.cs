using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A commitment in a list.</summary>
internal sealed record CommitmentRow(
    ulong EpochIndex,
    Address TournamentAddress,
    Hash32 Commitment,
    Hash32 FinalStateHash,
    Address Submitter,
    ulong BlockNumber,
    Hash32 TransactionHash
)
{
    public static CommitmentRow Of(TournamentCommitment row, ulong epoch)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(epoch, row.TournamentAddress, row.Commitment, row.FinalStateHash, row.Submitter, row.BlockNumber, row.TransactionHash);
    }

    /// <summary>The same from the API.</summary>
    public static CommitmentRow Of(WireRow row) =>
        new(
            row.Number("epoch_index"),
            row.Address("tournament_address"),
            row.Hash("commitment"),
            row.Hash("final_state_hash"),
            row.Address("submitter_address"),
            row.Number("block_number"),
            row.Hash("tx_hash")
        );
}
