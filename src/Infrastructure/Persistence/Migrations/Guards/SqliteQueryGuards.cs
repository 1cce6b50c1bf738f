using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>Creates the triggers again that <see cref="SqliteGuardsAside"/> dropped.</summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261127080000_QueryGuards")]
internal sealed class SqliteQueryGuards : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.Queries().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.WithOperators)
            migrationBuilder.Sql(guard.ToSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.WithOperators)
            migrationBuilder.Sql(guard.DropSqlite());
    }
}
