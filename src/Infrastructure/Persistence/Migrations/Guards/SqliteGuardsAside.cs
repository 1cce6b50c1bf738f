using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Drops the triggers before the next migration rebuilds inputs and outputs: SQLite refuses to replace a table that a trigger of another
/// table names. <see cref="SqliteQueryGuards"/> creates them again. PostgreSQL changes the tables in place.
/// </summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261127073000_GuardsAside")]
internal sealed class SqliteGuardsAside : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.Operators().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.WithOperators)
            migrationBuilder.Sql(guard.DropSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.WithOperators)
            migrationBuilder.Sql(guard.ToSqlite());
    }
}
