namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What may happen to the rows of a tournament: L1 facts, which are added and never altered.</summary>
internal static class TournamentGuards
{
    public static IEnumerable<Guard> All =>
    [
        new("state_hash_final", "state_hashes", "BEFORE UPDATE", "1 = 1", "the machine states of an input never change"),

        new("tournament_finished", "tournaments", "BEFORE UPDATE OF finished_at_block, winner_commitment, final_state_hash",
            """
            OLD.finished_at_block IS NOT NULL AND (OLD.finished_at_block IS DISTINCT FROM NEW.finished_at_block
                OR OLD.winner_commitment IS DISTINCT FROM NEW.winner_commitment OR OLD.final_state_hash IS DISTINCT FROM NEW.final_state_hash)
            """,
            "the result of a tournament never changes"),

        new("match_deleted", "matches", "BEFORE UPDATE",
            """
            OLD.deletion <> 'NOT_DELETED' AND (OLD.deletion <> NEW.deletion OR OLD.winner <> NEW.winner
                OR OLD.deletion_block_number IS DISTINCT FROM NEW.deletion_block_number
                OR OLD.deletion_transaction_hash IS DISTINCT FROM NEW.deletion_transaction_hash)
            """,
            "a match that was deleted never changes"),
    ];
}
