using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What may happen to an epoch.</summary>
internal static class EpochGuards
{
    // The table of legal moves as it was when these guards were made: a database must not depend on the build that upgraded it.
    private const string Moves =
        "'OPEN -> CLOSED', 'CLOSED -> INPUTS_PROCESSED', 'INPUTS_PROCESSED -> CLAIM_CALCULATED', "
        + "'CLAIM_CALCULATED -> CLAIM_SUBMITTED', 'CLAIM_CALCULATED -> CLAIM_ACCEPTED', 'CLAIM_CALCULATED -> CLAIM_REJECTED', "
        + "'CLAIM_SUBMITTED -> CLAIM_ACCEPTED', 'CLAIM_SUBMITTED -> CLAIM_REJECTED', 'CLAIM_SUBMITTED -> CLAIM_CALCULATED', "
        + "'CLAIM_ACCEPTED -> CLAIM_CALCULATED'";

    public static IEnumerable<Guard> All =>
        [
            new(
                "epoch_first_status",
                "epochs",
                "BEFORE INSERT",
                "NEW.status NOT IN ('OPEN', 'CLOSED')",
                "an epoch begins as OPEN or CLOSED"
            ),
            new(
                "epoch_move",
                "epochs",
                "BEFORE UPDATE OF status",
                $"OLD.status <> NEW.status AND OLD.status || ' -> ' || NEW.status NOT IN ({Moves})",
                "the status of an epoch moves only along the table of legal moves"
            ),
            // The one way back: L1 has replaced a block that was not final. Nothing of the claim is left, and a new round begins.
            new(
                "epoch_taken_back",
                "epochs",
                "BEFORE UPDATE OF status",
                """
                OLD.status IN ('CLAIM_SUBMITTED', 'CLAIM_ACCEPTED') AND NEW.status = 'CLAIM_CALCULATED' AND (
                    NOT OLD.is_provisional OR NEW.claim_round <> OLD.claim_round + 1
                    OR NEW.claim_transaction_hash IS NOT NULL OR NEW.claim_block_number IS NOT NULL
                    OR NEW.acceptance_transaction_hash IS NOT NULL OR NEW.acceptance_block_number IS NOT NULL
                    OR NEW.claim_submitted_at IS NOT NULL OR NEW.claim_settled_at IS NOT NULL)
                """,
                "a claim is taken back only while its block can be replaced, as a whole, and into a new round"
            ),
            new(
                "epoch_round",
                "epochs",
                "BEFORE UPDATE OF claim_round",
                """
                OLD.claim_round <> NEW.claim_round AND NOT (OLD.status IN ('CLAIM_SUBMITTED', 'CLAIM_ACCEPTED')
                    AND NEW.status = 'CLAIM_CALCULATED')
                """,
                "a round of a claim begins only where the one before was taken back"
            ),
            new(
                "epoch_final",
                "epochs",
                "BEFORE UPDATE OF is_provisional",
                """
                NEW.is_provisional AND NOT OLD.is_provisional AND OLD.claim_block_hash IS NOT DISTINCT FROM NEW.claim_block_hash
                    AND OLD.acceptance_block_hash IS NOT DISTINCT FROM NEW.acceptance_block_hash
                        AND OLD.settlement_block_hash IS NOT DISTINCT FROM NEW.settlement_block_hash
                """,
                "what is final stays final"
            ),
            new(
                "epoch_inputs_processed",
                "epochs",
                "BEFORE UPDATE OF status",
                """
                OLD.status = 'CLOSED' AND NEW.status = 'INPUTS_PROCESSED' AND (
                    EXISTS (SELECT 1 FROM inputs AS input
                        WHERE input.application_id = NEW.application_id AND input.epoch_index = NEW."index" AND input.status = 'NONE')
                    OR (SELECT count(*) FROM inputs AS input
                        WHERE input.application_id = NEW.application_id AND input.epoch_index = NEW."index"
                            AND input."index" >= NEW.input_index_lower_bound AND input."index" < NEW.input_index_upper_bound)
                        <> NEW.input_index_upper_bound - NEW.input_index_lower_bound)
                """,
                "an input of the epoch is missing or not processed"
            ),
            new(
                "epoch_order",
                "epochs",
                "BEFORE UPDATE OF status",
                """
                OLD.status = 'CLOSED' AND NEW.status = 'INPUTS_PROCESSED' AND EXISTS (SELECT 1 FROM epochs AS previous
                    WHERE previous.application_id = NEW.application_id AND previous.virtual_index = NEW.virtual_index - 1
                        AND previous.status IN ('OPEN', 'CLOSED'))
                """,
                "the epoch before this one is not through the machine"
            ),
            new(
                "epoch_range",
                "epochs",
                "BEFORE UPDATE OF application_id, \"index\", virtual_index, first_block, last_block, input_index_lower_bound, "
                    + "input_index_upper_bound",
                """
                OLD.application_id <> NEW.application_id OR OLD."index" <> NEW."index" OR OLD.virtual_index <> NEW.virtual_index
                    OR OLD.input_index_lower_bound <> NEW.input_index_lower_bound OR (OLD.status <> 'OPEN'
                        AND OLD.input_index_upper_bound <> NEW.input_index_upper_bound)
                    OR (OLD.first_block <> NEW.first_block AND NOT EXISTS (SELECT 1 FROM epochs AS previous
                        WHERE previous.application_id = NEW.application_id AND previous."index" = NEW."index" - 1
                            AND previous.tournament_address IS NOT NULL AND previous.last_block = NEW.first_block))
                    OR (OLD.status <> 'OPEN' AND OLD.last_block <> NEW.last_block AND (OLD.tournament_address IS NULL
                        OR NOT EXISTS (SELECT 1 FROM epochs AS previous
                        WHERE previous.application_id = NEW.application_id AND previous."index" = NEW."index" - 1
                            AND previous.settlement_transaction_hash IS NULL)))
                """,
                "the range of an epoch grows only at its end and only while it is OPEN; the block of a seal changes only where the seal "
                    + "was taken back"
            ),
            new(
                "epoch_state_proof",
                "epochs",
                "BEFORE UPDATE OF machine_hash, outputs_merkle_root, outputs_merkle_proof, iflags_y_block, iflags_y_proof, tohost_block, "
                    + "tohost_proof",
                """
                OLD.status NOT IN ('OPEN', 'CLOSED') AND (
                    OLD.machine_hash IS DISTINCT FROM NEW.machine_hash OR OLD.outputs_merkle_root IS DISTINCT FROM NEW.outputs_merkle_root
                    OR OLD.outputs_merkle_proof IS DISTINCT FROM NEW.outputs_merkle_proof
                    OR OLD.iflags_y_block IS DISTINCT FROM NEW.iflags_y_block OR OLD.iflags_y_proof IS DISTINCT FROM NEW.iflags_y_proof
                    OR OLD.tohost_block IS DISTINCT FROM NEW.tohost_block OR OLD.tohost_proof IS DISTINCT FROM NEW.tohost_proof)
                """,
                "the state proof of an epoch is final once its inputs are processed"
            ),
            new(
                "epoch_tournament",
                "epochs",
                "BEFORE UPDATE OF tournament_address, commitment, commitment_proof, settled_machine_hash, settled_outputs_merkle_root, "
                    + "settlement_transaction_hash, settlement_block_hash",
                """
                (OLD.tournament_address IS NOT NULL AND OLD.tournament_address IS DISTINCT FROM NEW.tournament_address
                    AND (NEW.tournament_address IS NULL OR OLD.status IN ('CLAIM_SUBMITTED', 'CLAIM_ACCEPTED', 'CLAIM_REJECTED')
                        OR NOT EXISTS (SELECT 1 FROM epochs AS previous
                        WHERE previous.application_id = NEW.application_id AND previous."index" = NEW."index" - 1
                            AND previous.settlement_transaction_hash IS NULL)))
                    OR (OLD.commitment IS NOT NULL AND (OLD.commitment IS DISTINCT FROM NEW.commitment
                        OR OLD.commitment_proof IS DISTINCT FROM NEW.commitment_proof))
                    OR (OLD.settlement_transaction_hash IS NOT NULL AND NOT (OLD.is_provisional
                        AND NEW.settlement_transaction_hash IS NULL AND NEW.status <> 'CLAIM_ACCEPTED')
                        AND (OLD.settlement_transaction_hash IS DISTINCT FROM NEW.settlement_transaction_hash
                            OR OLD.settlement_block_hash IS DISTINCT FROM NEW.settlement_block_hash
                        OR OLD.settled_machine_hash IS DISTINCT FROM NEW.settled_machine_hash
                            OR OLD.settled_outputs_merkle_root IS DISTINCT FROM NEW.settled_outputs_merkle_root))
                """,
                "the tournament, the commitment and the settlement of an epoch never change once stored, unless L1 takes a block back that "
                    + "is not final"
            ),
            new(
                "epoch_without_gap",
                "epochs",
                "AFTER INSERT",
                """
                NEW.virtual_index > 0 AND NOT EXISTS (SELECT 1 FROM epochs AS previous
                    WHERE previous.application_id = NEW.application_id AND previous.virtual_index = NEW.virtual_index - 1)
                """,
                "the virtual indexes of an application have no gaps"
            ),
        ];
}
