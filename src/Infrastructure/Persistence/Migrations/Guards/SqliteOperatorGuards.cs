using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Replaces the triggers on applications. Written by hand; the rules are in <see cref="OperatorGuards"/>. The tables stay those of the
/// migration before.
/// </summary>
[DbContext(typeof(SqliteDbContext))]
[Migration("20261127070000_OperatorGuards")]
internal sealed class SqliteOperatorGuards : Migration
{
    public override IModel TargetModel { get; } = new Sqlite.Operators().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in ApplicationGuards.All)
            migrationBuilder.Sql(guard.DropSqlite());
        foreach (var guard in OperatorGuards.All)
            migrationBuilder.Sql(guard.ToSqlite());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OperatorGuards.All)
            migrationBuilder.Sql(guard.DropSqlite());
        foreach (var guard in ApplicationGuards.All)
            migrationBuilder.Sql(guard.ToSqlite());
    }
}
