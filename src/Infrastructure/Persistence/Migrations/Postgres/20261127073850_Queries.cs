using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Queries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tournaments_application_id_epoch_index",
                table: "tournaments");

            migrationBuilder.DropIndex(
                name: "ix_reports_application_id_epoch_index_input_index",
                table: "reports");

            migrationBuilder.DropIndex(
                name: "ix_reports_application_id_input_index",
                table: "reports");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_epoch_index_input_index",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_input_index",
                table: "outputs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_inputs_status_known",
                table: "inputs");

            migrationBuilder.AddColumn<byte[]>(
                name: "destination",
                table: "outputs",
                type: "bytea",
                nullable: true,
                computedColumnSql: "CASE WHEN length(raw_data) >= 36 AND substr(raw_data, 1, 4) IN ('\\x237a816f'::bytea, '\\x10321e8b'::bytea) THEN substr(raw_data, 17, 20) END",
                stored: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "selector",
                table: "outputs",
                type: "bytea",
                nullable: true,
                computedColumnSql: "CASE WHEN length(raw_data) >= 4 THEN substr(raw_data, 1, 4) END",
                stored: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "sender",
                table: "inputs",
                type: "bytea",
                nullable: true,
                computedColumnSql: "CASE WHEN length(raw_data) >= 100 THEN substr(raw_data, 81, 20) END",
                stored: true);

            migrationBuilder.CreateIndex(
                name: "ix_tournaments_application_id_epoch_index_level_address",
                table: "tournaments",
                columns: new[] { "application_id", "epoch_index", "level", "address" });

            migrationBuilder.CreateIndex(
                name: "ix_tournaments_application_id_level_epoch_index_address",
                table: "tournaments",
                columns: new[] { "application_id", "level", "epoch_index", "address" });

            migrationBuilder.CreateIndex(
                name: "ix_tournaments_parent",
                table: "tournaments",
                columns: new[] { "application_id", "parent_address", "parent_match_id_hash" },
                filter: "parent_address IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_epoch_index_input_index_index",
                table: "reports",
                columns: new[] { "application_id", "epoch_index", "input_index", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_input_index_index",
                table: "reports",
                columns: new[] { "application_id", "input_index", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_destination_index",
                table: "outputs",
                columns: new[] { "application_id", "destination", "index" },
                filter: "destination IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_epoch_index_input_index_index",
                table: "outputs",
                columns: new[] { "application_id", "epoch_index", "input_index", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_input_index_index",
                table: "outputs",
                columns: new[] { "application_id", "input_index", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_selector_index",
                table: "outputs",
                columns: new[] { "application_id", "selector", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_executable",
                table: "outputs",
                columns: new[] { "application_id", "index" },
                filter: "destination IS NOT NULL AND execution_transaction_hash IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_outputs_destination_size",
                table: "outputs",
                sql: "length(\"destination\") = 20");

            migrationBuilder.CreateIndex(
                name: "ix_inputs_application_id_sender_index",
                table: "inputs",
                columns: new[] { "application_id", "sender", "index" });

            migrationBuilder.AddCheckConstraint(
                name: "ck_inputs_sender_size",
                table: "inputs",
                sql: "length(\"sender\") = 20");

            migrationBuilder.AddCheckConstraint(
                name: "ck_inputs_status_known",
                table: "inputs",
                sql: "\"status\" IN ('NONE', 'ACCEPTED', 'REJECTED', 'EXCEPTION', 'MACHINE_HALTED', 'OVERFLOW', 'UNEXPECTED_YIELD', 'INVALID_OUTPUTS_ROOT')");

            migrationBuilder.CreateIndex(
                name: "ix_epoch_lifecycles_state",
                table: "epoch_lifecycles",
                columns: new[] { "chain_id", "current_state", "application", "epoch_index" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tournaments_application_id_epoch_index_level_address",
                table: "tournaments");

            migrationBuilder.DropIndex(
                name: "ix_tournaments_application_id_level_epoch_index_address",
                table: "tournaments");

            migrationBuilder.DropIndex(
                name: "ix_tournaments_parent",
                table: "tournaments");

            migrationBuilder.DropIndex(
                name: "ix_reports_application_id_epoch_index_input_index_index",
                table: "reports");

            migrationBuilder.DropIndex(
                name: "ix_reports_application_id_input_index_index",
                table: "reports");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_destination_index",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_epoch_index_input_index_index",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_input_index_index",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_outputs_application_id_selector_index",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_outputs_executable",
                table: "outputs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_outputs_destination_size",
                table: "outputs");

            migrationBuilder.DropIndex(
                name: "ix_inputs_application_id_sender_index",
                table: "inputs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_inputs_sender_size",
                table: "inputs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_inputs_status_known",
                table: "inputs");

            migrationBuilder.DropIndex(
                name: "ix_epoch_lifecycles_state",
                table: "epoch_lifecycles");

            migrationBuilder.DropColumn(
                name: "destination",
                table: "outputs");

            migrationBuilder.DropColumn(
                name: "selector",
                table: "outputs");

            migrationBuilder.DropColumn(
                name: "sender",
                table: "inputs");

            migrationBuilder.CreateIndex(
                name: "ix_tournaments_application_id_epoch_index",
                table: "tournaments",
                columns: new[] { "application_id", "epoch_index" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_epoch_index_input_index",
                table: "reports",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_input_index",
                table: "reports",
                columns: new[] { "application_id", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_epoch_index_input_index",
                table: "outputs",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_input_index",
                table: "outputs",
                columns: new[] { "application_id", "input_index" });

            migrationBuilder.AddCheckConstraint(
                name: "ck_inputs_status_known",
                table: "inputs",
                sql: "\"status\" IN ('NONE', 'ACCEPTED', 'REJECTED', 'EXCEPTION', 'MACHINE_HALTED', 'OVERFLOW', 'UNEXPECTED_YIELD')");
        }
    }
}
