using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What check constraints cannot say on SQLite: legal moves, immutable results, indexes without holes.</summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261123200000_Guards")]
internal sealed class SqliteGuards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql($"""
            CREATE TRIGGER epochs_guard_move BEFORE UPDATE ON epochs
            WHEN NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (VALUES {LegalMoves.EpochPairs})
            BEGIN SELECT RAISE(ABORT, 'an epoch cannot make this move'); END;
            """);
        migrationBuilder.Sql("""
            CREATE TRIGGER epochs_guard_range BEFORE UPDATE ON epochs
            WHEN OLD.status <> 'OPEN' AND (NEW.last_block IS NOT OLD.last_block OR NEW.input_index_upper_bound IS NOT OLD.input_index_upper_bound)
            BEGIN SELECT RAISE(ABORT, 'the epoch is closed: its blocks and inputs are final'); END;
            """);
        migrationBuilder.Sql("""
            CREATE TRIGGER epochs_guard_birth BEFORE INSERT ON epochs
            WHEN NEW.status NOT IN ('OPEN', 'CLOSED')
            BEGIN SELECT RAISE(ABORT, 'an epoch cannot begin in this status'); END;
            """);
        migrationBuilder.Sql("""
            CREATE TRIGGER applications_guard_move BEFORE UPDATE ON applications
            WHEN OLD.state = 'INOPERABLE' AND OLD.reason_kind <> 'FAILED' AND (OLD.reason_kind IN ('DIVERGED', 'CORRUPTED') OR NEW.reason_kind IS NOT 'CORRUPTED')
                AND (NEW.state IS NOT OLD.state OR NEW.reason_kind IS NOT OLD.reason_kind OR NEW.reason IS NOT OLD.reason)
            BEGIN SELECT RAISE(ABORT, 'the application is inoperable for good'); END;
            """);
        migrationBuilder.Sql("""
            CREATE TRIGGER inputs_guard_result BEFORE UPDATE ON inputs
            WHEN NEW.raw_data <> OLD.raw_data OR (OLD.status <> 'NONE'
                AND (NEW.status IS NOT OLD.status OR NEW.machine_hash IS NOT OLD.machine_hash OR NEW.outputs_merkle_root IS NOT OLD.outputs_merkle_root
                    OR NEW.exception_data IS NOT OLD.exception_data OR NEW.epoch_index IS NOT OLD.epoch_index))
            BEGIN SELECT RAISE(ABORT, 'the input has its result: it cannot change'); END;
            """);
        foreach (var table in LegalMoves.ContinuousTables)
        {
            migrationBuilder.Sql($"""
                CREATE TRIGGER {table}_guard_index BEFORE INSERT ON {table}
                WHEN NEW."index" <> COALESCE((SELECT max("index") + 1 FROM {table} WHERE application_id = NEW.application_id), 0)
                BEGIN SELECT RAISE(ABORT, 'the {table} index leaves a hole'); END;
                """);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var trigger in new[] { "epochs_guard_move", "epochs_guard_range", "epochs_guard_birth", "applications_guard_move", "inputs_guard_result" }
            .Concat(LegalMoves.ContinuousTables.Select(table => $"{table}_guard_index")))
            migrationBuilder.Sql($"DROP TRIGGER {trigger};");
    }
}
