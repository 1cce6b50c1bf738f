using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A tournament in a list.</summary>
internal sealed record TournamentRow(
    ulong EpochIndex,
    Address Address,
    ulong Level,
    ulong MaxLevel,
    Address? ParentAddress,
    Hash32? ParentMatchIdHash,
    ulong? StartBlock,
    ulong? Allowance,
    ulong? FinishedAtBlock,
    Hash32? WinnerCommitment,
    Hash32? FinalStateHash
)
{
    public static TournamentRow Of(Tournament row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(
            row.EpochIndex,
            row.Address,
            row.Level,
            row.MaxLevel,
            row.ParentAddress,
            row.ParentMatchIdHash,
            row.StartBlock,
            row.Allowance,
            row.FinishedAtBlock,
            row.WinnerCommitment,
            row.FinalStateHash
        );
    }

    /// <summary>The same from the API.</summary>
    public static TournamentRow Of(WireRow row) =>
        new(
            row.Number("epoch_index"),
            row.Address("address"),
            row.Number("level"),
            row.Number("max_level"),
            row.FindAddress("parent_tournament_address"),
            row.FindHash("parent_match_id_hash"),
            null,
            null,
            row.Number("finished_at_block") is > 0 and var block ? block : null,
            row.FindHash("winner_commitment"),
            row.FindHash("final_state_hash")
        );
}
