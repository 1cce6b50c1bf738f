using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Replaces the trigger on outputs, which names columns that the migration before took away, and adds those of the trees. Written by hand;
/// the rules are in <see cref="OutputsTreeGuards"/>.
/// </summary>
[DbContext(typeof(PostgresDbContext))]
[Migration("20261127163000_OutputsTreeGuards")]
internal sealed class PostgresOutputsTreeGuards : Migration
{
    public override IModel TargetModel { get; } = new Postgres.OutputsTrees().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(OutputsTreeGuards.Former.DropPostgres());
        foreach (var guard in OutputsTreeGuards.All)
            migrationBuilder.Sql(guard.ToPostgres());
        // Hashes do not compress: nobody need try.
        migrationBuilder.Sql("ALTER TABLE outputs_tree_chunks ALTER COLUMN siblings SET STORAGE EXTERNAL");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OutputsTreeGuards.All)
            migrationBuilder.Sql(guard.DropPostgres());
        migrationBuilder.Sql(OutputsTreeGuards.Former.ToPostgres());
    }
}
