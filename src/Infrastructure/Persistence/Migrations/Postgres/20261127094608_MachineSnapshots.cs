using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class MachineSnapshots : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "machine_snapshots",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    processed_inputs = table.Column<long>(type: "bigint", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    folder = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_snapshots", x => x.application_id);
                    table.CheckConstraint("ck_machine_snapshots_machine_hash_size", "length(\"machine_hash\") = 32");
                    table.CheckConstraint("ck_machine_snapshots_processed_inputs_not_negative", "\"processed_inputs\" >= 0");
                    table.ForeignKey(
                        name: "fk_machine_snapshots_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "machine_snapshots");
        }
    }
}
