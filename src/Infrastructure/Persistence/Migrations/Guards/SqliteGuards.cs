using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Creates the triggers. Written by hand; the rules are in <see cref="GuardSet"/>. The tables stay those of the migration before.
/// </summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261124000000_Guards")]
internal sealed class SqliteGuards : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.Initial().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.All)
            migrationBuilder.Sql(guard.ToSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.All)
            migrationBuilder.Sql(guard.DropSqlite());
    }
}
