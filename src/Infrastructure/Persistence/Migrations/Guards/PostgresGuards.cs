using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>What check constraints cannot say on PostgreSQL: legal moves, immutable results, indexes without holes.</summary>
[DbContext(typeof(PostgresDbContext))]
[Migration("20261123200000_Guards")]
internal sealed class PostgresGuards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql($"""
            CREATE FUNCTION guard_epoch_move() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN ({LegalMoves.EpochPairs}) THEN
                    RAISE EXCEPTION 'epoch % cannot move from % to %', OLD.index, OLD.status, NEW.status USING ERRCODE = 'check_violation';
                END IF;
                IF OLD.status <> 'OPEN' AND (NEW.last_block, NEW.input_index_upper_bound) IS DISTINCT FROM (OLD.last_block, OLD.input_index_upper_bound) THEN
                    RAISE EXCEPTION 'epoch % is closed: its blocks and inputs are final', OLD.index USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER epochs_guard_move BEFORE UPDATE ON epochs FOR EACH ROW EXECUTE FUNCTION guard_epoch_move();

            CREATE FUNCTION guard_epoch_birth() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.status NOT IN ('OPEN', 'CLOSED') THEN
                    RAISE EXCEPTION 'epoch % cannot begin as %', NEW.index, NEW.status USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER epochs_guard_birth BEFORE INSERT ON epochs FOR EACH ROW EXECUTE FUNCTION guard_epoch_birth();

            CREATE FUNCTION guard_application_move() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.state = 'INOPERABLE' AND OLD.reason_kind <> 'FAILED' AND (OLD.reason_kind IN ('DIVERGED', 'CORRUPTED') OR NEW.reason_kind IS DISTINCT FROM 'CORRUPTED')
                    AND (NEW.state, NEW.reason_kind, NEW.reason) IS DISTINCT FROM (OLD.state, OLD.reason_kind, OLD.reason) THEN
                    RAISE EXCEPTION 'application % is inoperable (%) for good', OLD.name, OLD.reason_kind USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER applications_guard_move BEFORE UPDATE ON applications FOR EACH ROW EXECUTE FUNCTION guard_application_move();

            CREATE FUNCTION guard_input_result() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.raw_data <> OLD.raw_data OR (OLD.status <> 'NONE'
                    AND (NEW.status, NEW.machine_hash, NEW.outputs_merkle_root, NEW.exception_data, NEW.epoch_index)
                        IS DISTINCT FROM (OLD.status, OLD.machine_hash, OLD.outputs_merkle_root, OLD.exception_data, OLD.epoch_index)) THEN
                    RAISE EXCEPTION 'input % has its result: it cannot change', OLD.index USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER inputs_guard_result BEFORE UPDATE ON inputs FOR EACH ROW EXECUTE FUNCTION guard_input_result();
            """);
        // Rows go in in the order of their index, and a row trigger sees the rows that its own statement has inserted before.
        foreach (var table in LegalMoves.ContinuousTables)
        {
            migrationBuilder.Sql($"""
                CREATE FUNCTION guard_{table}_index() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE expected bigint := COALESCE((SELECT max(index) + 1 FROM {table} WHERE application_id = NEW.application_id), 0);
                BEGIN
                    IF NEW.index <> expected THEN
                        RAISE EXCEPTION '{table} index % leaves a hole: expected %', NEW.index, expected USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER {table}_guard_index BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}_index();
                """);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            "DROP FUNCTION guard_epoch_move, guard_epoch_birth, guard_application_move, guard_input_result CASCADE;"
            + string.Concat(LegalMoves.ContinuousTables.Select(table => $" DROP FUNCTION guard_{table}_index CASCADE;")));
}
