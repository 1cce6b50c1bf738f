using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class TransactionReplacements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // By hand: with its check in its own definition a column is added in place, in the migration's transaction. The tool would rebuild the table outside of it.
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "to" BLOB NOT NULL DEFAULT X'0000000000000000000000000000000000000000' CONSTRAINT ck_claim_transactions_to_size CHECK (length("to") = 20);""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "data" BLOB NOT NULL DEFAULT X'';""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "gas_limit" INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_claim_transactions_gas_limit_not_negative CHECK ("gas_limit" >= 0);""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "max_fee_per_gas" INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_claim_transactions_max_fee_per_gas_not_negative CHECK ("max_fee_per_gas" >= 0);""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "max_priority_fee_per_gas" INTEGER NOT NULL DEFAULT 0 CONSTRAINT ck_claim_transactions_max_priority_fee_per_gas_not_negative CHECK ("max_priority_fee_per_gas" >= 0);""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions ADD COLUMN "is_legacy" INTEGER NOT NULL DEFAULT 0;""");

            migrationBuilder.CreateTable(
                name: "replaced_transactions",
                columns: table => new
                {
                    claim_transaction_id = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    max_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    max_priority_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    sent_at_block = table.Column<long>(type: "INTEGER", nullable: false),
                    replaced_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replaced_transactions", x => new { x.claim_transaction_id, x.transaction_hash });
                    table.CheckConstraint("ck_replaced_transactions_max_fee_per_gas_not_negative", "\"max_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_max_priority_fee_per_gas_not_negative", "\"max_priority_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_sent_at_block_not_negative", "\"sent_at_block\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_replaced_transactions_claim_transactions_claim_transaction_id",
                        column: x => x.claim_transaction_id,
                        principalTable: "claim_transactions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

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

            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "to";""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "data";""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "gas_limit";""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "max_fee_per_gas";""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "max_priority_fee_per_gas";""");
            migrationBuilder.Sql("""ALTER TABLE claim_transactions DROP COLUMN "is_legacy";""");
        }
    }
}
