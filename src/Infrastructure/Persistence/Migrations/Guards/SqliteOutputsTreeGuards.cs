using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Creates the triggers on outputs, which <see cref="SqliteOutputGuardsAside"/> dropped, and those of the trees. Written by hand; the rules
/// are in <see cref="OutputsTreeGuards"/>.
/// </summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261127163000_OutputsTreeGuards")]
internal sealed class SqliteOutputsTreeGuards : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.OutputsTrees().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OutputsTreeGuards.Others.Concat(OutputsTreeGuards.All))
            migrationBuilder.Sql(guard.ToSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OutputsTreeGuards.Others.Concat(OutputsTreeGuards.All))
            migrationBuilder.Sql(guard.DropSqlite());
    }
}
