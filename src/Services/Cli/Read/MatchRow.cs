using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A match in a list.</summary>
internal sealed record MatchRow(
    ulong EpochIndex,
    Address TournamentAddress,
    Hash32 IdHash,
    Hash32 CommitmentOne,
    Hash32 CommitmentTwo,
    ulong BlockNumber,
    Hash32 TransactionHash,
    MatchDeletion Deletion,
    MatchWinner Winner,
    ulong? DeletionBlockNumber,
    Hash32? DeletionTransactionHash
)
{
    /// <summary>The result in words.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Result =>
        Deletion == MatchDeletion.NotDeleted ? "running"
        : Winner == MatchWinner.None ? $"no winner, {EnumNames.Of(Deletion)}"
        : $"{EnumNames.Of(Winner)} won, {EnumNames.Of(Deletion)}";

    public static MatchRow Of(TournamentMatch row, ulong epoch)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(
            epoch,
            row.TournamentAddress,
            row.IdHash,
            row.CommitmentOne,
            row.CommitmentTwo,
            row.BlockNumber,
            row.TransactionHash,
            row.Deletion,
            row.Winner,
            row.DeletionBlockNumber,
            row.DeletionTransactionHash
        );
    }

    /// <summary>The same from the API.</summary>
    public static MatchRow Of(WireRow row) =>
        new(
            row.Number("epoch_index"),
            row.Address("tournament_address"),
            row.Hash("id_hash"),
            row.Hash("commitment_one"),
            row.Hash("commitment_two"),
            row.Number("block_number"),
            row.Hash("tx_hash"),
            row.Word<MatchDeletion>("deletion_reason"),
            row.Word<MatchWinner>("winner_commitment"),
            row.FindNumber("deletion_block_number"),
            row.FindHash("deletion_tx_hash")
        );
}
