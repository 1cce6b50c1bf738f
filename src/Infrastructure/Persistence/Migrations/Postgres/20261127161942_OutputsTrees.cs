using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class OutputsTrees : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The strongest lock first: where a reader holds it up, this gives up before the long work and not after it.
            migrationBuilder.Sql("LOCK TABLE outputs, epochs IN ACCESS EXCLUSIVE MODE");

            migrationBuilder.CreateTable(
                name: "outputs_tree_chunks",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    first_index = table.Column<long>(type: "bigint", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    siblings = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outputs_tree_chunks", x => new { x.application_id, x.first_index, x.level });
                    table.CheckConstraint("ck_outputs_tree_chunks_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_outputs_tree_chunks_first_index_not_negative", "\"first_index\" >= 0");
                    table.CheckConstraint("ck_outputs_tree_chunks_siblings_whole", "length(siblings) % 32 = 0");
                    table.ForeignKey(
                        name: "fk_outputs_tree_chunks_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "outputs_trees",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    first_index = table.Column<long>(type: "bigint", nullable: false),
                    last_index = table.Column<long>(type: "bigint", nullable: false),
                    siblings = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outputs_trees", x => new { x.application_id, x.epoch_index });
                    table.CheckConstraint("ck_outputs_trees_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_outputs_trees_first_index_not_negative", "\"first_index\" >= 0");
                    table.CheckConstraint("ck_outputs_trees_last_index_not_negative", "\"last_index\" >= 0");
                    table.CheckConstraint("ck_outputs_trees_range", "first_index <= last_index");
                    table.CheckConstraint("ck_outputs_trees_siblings_whole", "length(siblings) % 32 = 0");
                    table.ForeignKey(
                        name: "fk_outputs_trees_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_tree_chunks_application_id_epoch_index",
                table: "outputs_tree_chunks",
                columns: new[] { "application_id", "epoch_index" });

            foreach (var statement in FormerProofs.ToPostgres())
                migrationBuilder.Sql(statement);

            migrationBuilder.DropCheckConstraint(
                name: "ck_outputs_hash_size",
                table: "outputs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_outputs_proof_whole",
                table: "outputs");

            migrationBuilder.DropColumn(
                name: "hash",
                table: "outputs");

            migrationBuilder.DropColumn(
                name: "siblings",
                table: "outputs");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "outputs_tree_chunks");

            migrationBuilder.DropTable(
                name: "outputs_trees");

            migrationBuilder.AddColumn<byte[]>(
                name: "hash",
                table: "outputs",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "siblings",
                table: "outputs",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "ck_outputs_hash_size",
                table: "outputs",
                sql: "length(\"hash\") = 32");

            migrationBuilder.AddCheckConstraint(
                name: "ck_outputs_proof_whole",
                table: "outputs",
                sql: "(hash IS NULL AND siblings IS NULL) OR (hash IS NOT NULL AND siblings IS NOT NULL AND length(siblings) = 2016)");
        }
    }
}
