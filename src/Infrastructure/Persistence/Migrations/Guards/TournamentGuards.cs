using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What may happen to the rows of a tournament: L1 facts, which are added and never altered.</summary>
internal static class TournamentGuards
{
    public static IEnumerable<Guard> All =>
        [
            new("state_hash_final", "state_hashes", "BEFORE UPDATE", "1 = 1", "the machine states of an input never change"),
            new(
                "tournament_fixed",
                "tournaments",
                "BEFORE UPDATE",
                """
                OLD.application_id <> NEW.application_id OR OLD.epoch_index <> NEW.epoch_index OR OLD.address <> NEW.address
                    OR OLD.parent_address IS DISTINCT FROM NEW.parent_address
                        OR OLD.parent_match_id_hash IS DISTINCT FROM NEW.parent_match_id_hash
                    OR OLD.max_level <> NEW.max_level OR OLD.level <> NEW.level OR OLD.log2step <> NEW.log2step OR OLD.height <> NEW.height
                    OR OLD.start_block <> NEW.start_block OR OLD.allowance <> NEW.allowance OR OLD.searched_to_block > NEW.searched_to_block
                """,
                "what a tournament is never changes, and its cursor only grows"
            ),
            new(
                "tournament_finished",
                "tournaments",
                "BEFORE UPDATE OF finished_at_block, winner_commitment, final_state_hash",
                """
                OLD.finished_at_block IS NOT NULL AND (OLD.finished_at_block IS DISTINCT FROM NEW.finished_at_block
                    OR OLD.winner_commitment IS DISTINCT FROM NEW.winner_commitment
                        OR OLD.final_state_hash IS DISTINCT FROM NEW.final_state_hash)
                """,
                "the result of a tournament never changes"
            ),
            new(
                "match_deleted",
                "matches",
                "BEFORE UPDATE",
                """
                OLD.id_hash <> NEW.id_hash OR OLD.commitment_one <> NEW.commitment_one OR OLD.commitment_two <> NEW.commitment_two
                    OR OLD.left_of_two <> NEW.left_of_two
                    OR OLD.block_number <> NEW.block_number OR OLD.transaction_hash <> NEW.transaction_hash
                    OR OLD.deletion <> 'NOT_DELETED' AND (OLD.deletion <> NEW.deletion OR OLD.winner <> NEW.winner
                    OR OLD.deletion_block_number IS DISTINCT FROM NEW.deletion_block_number
                    OR OLD.deletion_transaction_hash IS DISTINCT FROM NEW.deletion_transaction_hash)
                """,
                "what a match is never changes, nor how it ended"
            ),
            new("commitment_final", "commitments", "BEFORE UPDATE", "1 = 1", "a commitment that joined never changes"),
            new("match_advance_final", "match_advances", "BEFORE UPDATE", "1 = 1", "a step of a match never changes"),
        ];
}
