using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Observability : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "epochs",
                type: "TEXT",
                maxLength: 55,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "epoch_steps",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    round = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    cause = table.Column<string>(type: "TEXT", nullable: false),
                    cause_message_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    message_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    trace_parent = table.Column<string>(type: "TEXT", maxLength: 55, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_epoch_steps", x => new { x.application_id, x.epoch_index, x.round, x.status });
                    table.CheckConstraint("ck_epoch_steps_cause_known", "\"cause\" IN ('EVENT', 'SIGNAL', 'STARTUP', 'SYNC', 'RETRY')");
                    table.CheckConstraint("ck_epoch_steps_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_epoch_steps_status_known", "\"status\" IN ('OPEN', 'CLOSED', 'INPUTS_PROCESSED', 'CLAIM_CALCULATED', 'CLAIM_SUBMITTED', 'CLAIM_ACCEPTED', 'CLAIM_REJECTED')");
                    table.ForeignKey(
                        name: "fk_epoch_steps_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mined_transactions",
                columns: table => new
                {
                    transaction_id = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    block_number = table.Column<long>(type: "INTEGER", nullable: false),
                    gas_used = table.Column<long>(type: "INTEGER", nullable: false),
                    effective_gas_price = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mined_transactions", x => x.transaction_id);
                    table.CheckConstraint("ck_mined_transactions_block_number_not_negative", "\"block_number\" >= 0");
                    table.CheckConstraint("ck_mined_transactions_effective_gas_price_not_negative", "\"effective_gas_price\" >= 0");
                    table.CheckConstraint("ck_mined_transactions_gas_used_not_negative", "\"gas_used\" >= 0");
                    table.CheckConstraint("ck_mined_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_mined_transactions_transactions_transaction_id",
                        column: x => x.transaction_id,
                        principalTable: "transactions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "epoch_steps");

            migrationBuilder.DropTable(
                name: "mined_transactions");

            // Not DropColumn, which builds the table anew on SQLite: triggers of other tables name it.
            migrationBuilder.Sql("ALTER TABLE epochs DROP COLUMN trace_parent;");
        }
    }
}
