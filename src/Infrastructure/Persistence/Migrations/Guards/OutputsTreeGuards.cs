using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// What may happen to outputs since their proofs are rows of their own. Replaces output_final of <see cref="InputGuards"/>. It stays as it
/// is: a change is a new migration.
/// </summary>
internal static class OutputsTreeGuards
{
    /// <summary>The guard that these replace.</summary>
    public static Guard Former => InputGuards.All.Single(guard => guard.Name == "output_final");

    /// <summary>The other guards of outputs, which a rebuild of the table on SQLite drops too.</summary>
    public static IEnumerable<Guard> Others => InputGuards.All.Where(guard => guard.Table == "outputs" && guard.Name != "output_final");

    public static IEnumerable<Guard> All =>
        [
            new(
                "output_final",
                "outputs",
                "BEFORE UPDATE",
                """
                OLD.application_id <> NEW.application_id OR OLD."index" <> NEW."index" OR OLD.input_index <> NEW.input_index
                    OR OLD.epoch_index <> NEW.epoch_index OR OLD.raw_data <> NEW.raw_data
                    OR (OLD.execution_transaction_hash IS NOT NULL AND NOT (OLD.is_provisional AND NEW.execution_transaction_hash IS NULL)
                        AND (OLD.execution_transaction_hash IS DISTINCT FROM NEW.execution_transaction_hash
                            OR OLD.execution_block_hash IS DISTINCT FROM NEW.execution_block_hash))
                    OR (NEW.is_provisional AND NOT OLD.is_provisional
                        AND OLD.execution_block_hash IS NOT DISTINCT FROM NEW.execution_block_hash)
                """,
                "an output never changes, nor does its execution once stored, unless L1 takes back a block that is not final"
            ),
            new("outputs_tree_final", "outputs_trees", "BEFORE UPDATE", "1 = 1", "the outputs tree of an epoch never changes"),
            new("outputs_tree_chunk_final", "outputs_tree_chunks", "BEFORE UPDATE", "1 = 1", "the outputs tree of an epoch never changes"),
        ];
}
