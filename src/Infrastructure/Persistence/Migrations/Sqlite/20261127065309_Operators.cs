using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Operators : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            SetStates(migrationBuilder, "'ENABLED', 'DISABLED', 'INOPERABLE')", "'ENABLED', 'DISABLED', 'INOPERABLE', 'REMOVING')");

            migrationBuilder.CreateTable(
                name: "execution_parameters",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    snapshot_policy = table.Column<string>(type: "TEXT", nullable: false),
                    advance_increment_cycles = table.Column<long>(type: "INTEGER", nullable: false),
                    advance_max_cycles = table.Column<long>(type: "INTEGER", nullable: false),
                    advance_increment_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    advance_max_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    inspect_increment_cycles = table.Column<long>(type: "INTEGER", nullable: false),
                    inspect_max_cycles = table.Column<long>(type: "INTEGER", nullable: false),
                    inspect_increment_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    inspect_max_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    load_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    store_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    call_timeout = table.Column<long>(type: "INTEGER", nullable: false),
                    max_concurrent_inspects = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_execution_parameters", x => x.application_id);
                    table.CheckConstraint("ck_execution_parameters_advance_increment_cycles_not_negative", "\"advance_increment_cycles\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_advance_increment_timeout_not_negative", "\"advance_increment_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_advance_max_cycles_not_negative", "\"advance_max_cycles\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_advance_max_timeout_not_negative", "\"advance_max_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_call_timeout_not_negative", "\"call_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_inspect_increment_cycles_not_negative", "\"inspect_increment_cycles\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_inspect_increment_timeout_not_negative", "\"inspect_increment_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_inspect_max_cycles_not_negative", "\"inspect_max_cycles\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_inspect_max_timeout_not_negative", "\"inspect_max_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_load_timeout_not_negative", "\"load_timeout\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_max_concurrent_inspects_not_negative", "\"max_concurrent_inspects\" >= 0");
                    table.CheckConstraint("ck_execution_parameters_snapshot_policy_known", "\"snapshot_policy\" IN ('NONE', 'EVERY_INPUT', 'EVERY_EPOCH')");
                    table.CheckConstraint("ck_execution_parameters_store_timeout_not_negative", "\"store_timeout\" >= 0");
                    table.ForeignKey(
                        name: "fk_execution_parameters_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            SetStates(migrationBuilder, "'ENABLED', 'DISABLED', 'INOPERABLE', 'REMOVING')", "'ENABLED', 'DISABLED', 'INOPERABLE')");

            migrationBuilder.DropTable(
                name: "execution_parameters");
        }

        /// <summary>
        /// Changes the check of the states by the procedure that SQLite documents for constraints
        /// (https://www.sqlite.org/lang_altertable.html#otheralter), inside the migration's transaction. EF would rebuild the table outside
        /// of one, and a process that ends meanwhile would leave a database that no process can upgrade. A statement that creates or drops
        /// a table must follow, so that other connections read the schema again.
        /// </summary>
        private static void SetStates(MigrationBuilder migrationBuilder, string from, string to)
        {
            migrationBuilder.Sql("PRAGMA writable_schema = ON;");
            migrationBuilder.Sql(
                $"UPDATE sqlite_schema SET sql = replace(sql, '{from.Replace("'", "''")}', '{to.Replace("'", "''")}') "
                    + "WHERE type = 'table' AND name = 'applications';"
            );
            migrationBuilder.Sql("PRAGMA writable_schema = RESET;");
        }
    }
}
