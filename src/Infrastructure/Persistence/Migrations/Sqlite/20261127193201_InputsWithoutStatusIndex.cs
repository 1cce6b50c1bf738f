using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class InputsWithoutStatusIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_inputs_unprocessed",
                table: "inputs");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_inputs_unprocessed",
                table: "inputs",
                columns: new[] { "application_id", "index" },
                filter: "status = 'NONE'");
        }
    }
}
