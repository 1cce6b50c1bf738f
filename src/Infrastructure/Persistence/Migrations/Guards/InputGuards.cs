using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What may happen to inputs, outputs and reports.</summary>
internal static class InputGuards
{
    public static IEnumerable<Guard> All =>
        [
            new(
                "input_without_gap",
                "inputs",
                "AFTER INSERT",
                NoPredecessor("inputs"),
                "the inputs of an application are stored in order and without gaps"
            ),
            new(
                "output_without_gap",
                "outputs",
                "AFTER INSERT",
                NoPredecessor("outputs"),
                "the outputs of an application are stored in order and without gaps"
            ),
            new(
                "report_without_gap",
                "reports",
                "AFTER INSERT",
                NoPredecessor("reports"),
                "the reports of an application are stored in order and without gaps"
            ),
            new(
                "input_into_finished_epoch",
                "inputs",
                "BEFORE INSERT",
                """
                EXISTS (SELECT 1 FROM epochs AS epoch
                    WHERE epoch.application_id = NEW.application_id AND epoch."index" = NEW.epoch_index
                        AND epoch.status NOT IN ('OPEN', 'CLOSED'))
                """,
                "the epoch of this input is through the machine already"
            ),
            new(
                "input_payload",
                "inputs",
                "BEFORE UPDATE OF raw_data",
                """
                OLD.raw_data <> NEW.raw_data
                """,
                "the payload of an input never changes"
            ),
            new(
                "input_completed",
                "inputs",
                "BEFORE UPDATE",
                """
                OLD.status <> 'NONE' AND (OLD.application_id <> NEW.application_id OR OLD."index" <> NEW."index"
                    OR OLD.epoch_index <> NEW.epoch_index
                    OR OLD.block_number <> NEW.block_number OR OLD.transaction_hash <> NEW.transaction_hash
                        OR OLD.log_index <> NEW.log_index
                    OR OLD.status <> NEW.status OR OLD.machine_hash IS DISTINCT FROM NEW.machine_hash
                    OR OLD.outputs_merkle_root IS DISTINCT FROM NEW.outputs_merkle_root
                        OR OLD.exception_data IS DISTINCT FROM NEW.exception_data)
                """,
                "an input that has a result never changes"
            ),
            new(
                "output_final",
                "outputs",
                "BEFORE UPDATE",
                """
                OLD.application_id <> NEW.application_id OR OLD."index" <> NEW."index" OR OLD.input_index <> NEW.input_index
                    OR OLD.epoch_index <> NEW.epoch_index OR OLD.raw_data <> NEW.raw_data
                    OR (OLD.hash IS NOT NULL AND (OLD.hash IS DISTINCT FROM NEW.hash OR OLD.siblings IS DISTINCT FROM NEW.siblings))
                    OR (OLD.execution_transaction_hash IS NOT NULL AND NOT (OLD.is_provisional AND NEW.execution_transaction_hash IS NULL)
                        AND (OLD.execution_transaction_hash IS DISTINCT FROM NEW.execution_transaction_hash
                            OR OLD.execution_block_hash IS DISTINCT FROM NEW.execution_block_hash))
                    OR (NEW.is_provisional AND NOT OLD.is_provisional
                        AND OLD.execution_block_hash IS NOT DISTINCT FROM NEW.execution_block_hash)
                """,
                "an output never changes, nor does its proof or its execution once stored, unless L1 takes back a block that is not final"
            ),
        ];

    // A look-up by primary key a row: cheap, right for statements of many rows, and silent for rows that ON CONFLICT DO NOTHING skips.
    private static string NoPredecessor(string table) =>
        $"""
            NEW."index" > 0 AND NOT EXISTS (SELECT 1 FROM "{table}" AS previous
                WHERE previous.application_id = NEW.application_id AND previous."index" = NEW."index" - 1)
            """;
}
