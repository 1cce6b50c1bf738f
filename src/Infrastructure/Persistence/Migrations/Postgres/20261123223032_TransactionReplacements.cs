using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class TransactionReplacements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "data",
                table: "claim_transactions",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.AddColumn<long>(
                name: "gas_limit",
                table: "claim_transactions",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "is_legacy",
                table: "claim_transactions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "max_fee_per_gas",
                table: "claim_transactions",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "max_priority_fee_per_gas",
                table: "claim_transactions",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<byte[]>(
                name: "to",
                table: "claim_transactions",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[20]);

            migrationBuilder.CreateTable(
                name: "replaced_transactions",
                columns: table => new
                {
                    claim_transaction_id = table.Column<long>(type: "bigint", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    max_fee_per_gas = table.Column<long>(type: "bigint", nullable: false),
                    max_priority_fee_per_gas = table.Column<long>(type: "bigint", nullable: false),
                    sent_at_block = table.Column<long>(type: "bigint", nullable: false),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replaced_transactions", x => new { x.claim_transaction_id, x.transaction_hash });
                    table.CheckConstraint("ck_replaced_transactions_max_fee_per_gas_not_negative", "\"max_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_max_priority_fee_per_gas_not_negative", "\"max_priority_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_sent_at_block_not_negative", "\"sent_at_block\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_replaced_transactions_claim_transactions_claim_transaction_",
                        column: x => x.claim_transaction_id,
                        principalTable: "claim_transactions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_claim_transactions_gas_limit_not_negative",
                table: "claim_transactions",
                sql: "\"gas_limit\" >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_claim_transactions_max_fee_per_gas_not_negative",
                table: "claim_transactions",
                sql: "\"max_fee_per_gas\" >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_claim_transactions_max_priority_fee_per_gas_not_negative",
                table: "claim_transactions",
                sql: "\"max_priority_fee_per_gas\" >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_claim_transactions_to_size",
                table: "claim_transactions",
                sql: "length(\"to\") = 20");

            migrationBuilder.CreateIndex(
                name: "ix_replaced_transactions_transaction_hash",
                table: "replaced_transactions",
                column: "transaction_hash");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "replaced_transactions");

            migrationBuilder.DropCheckConstraint(
                name: "ck_claim_transactions_gas_limit_not_negative",
                table: "claim_transactions");

            migrationBuilder.DropCheckConstraint(
                name: "ck_claim_transactions_max_fee_per_gas_not_negative",
                table: "claim_transactions");

            migrationBuilder.DropCheckConstraint(
                name: "ck_claim_transactions_max_priority_fee_per_gas_not_negative",
                table: "claim_transactions");

            migrationBuilder.DropCheckConstraint(
                name: "ck_claim_transactions_to_size",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "data",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "gas_limit",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "is_legacy",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "max_fee_per_gas",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "max_priority_fee_per_gas",
                table: "claim_transactions");

            migrationBuilder.DropColumn(
                name: "to",
                table: "claim_transactions");
        }
    }
}
