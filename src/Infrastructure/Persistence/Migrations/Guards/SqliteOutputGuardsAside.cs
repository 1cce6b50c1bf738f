using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Drops the triggers on outputs before the next migration rebuilds the table. <see cref="SqliteOutputsTreeGuards"/> creates those that
/// follow. PostgreSQL changes the table in place.
/// </summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261127161800_OutputGuardsAside")]
internal sealed class SqliteOutputGuardsAside : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.ServiceReports().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OutputsTreeGuards.Others.Append(OutputsTreeGuards.Former))
            migrationBuilder.Sql(guard.DropSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OutputsTreeGuards.Others.Append(OutputsTreeGuards.Former))
            migrationBuilder.Sql(guard.ToSqlite());
    }
}
