using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Replaces the triggers on applications. Written by hand; the rules are in <see cref="OperatorGuards"/>. The tables stay those of the
/// migration before.
/// </summary>
[DbContext(typeof(PostgresDbContext))]
[Migration("20261127070000_OperatorGuards")]
internal sealed class PostgresOperatorGuards : Migration
{
    public override IModel TargetModel { get; } = new Postgres.Operators().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in ApplicationGuards.All)
            migrationBuilder.Sql(guard.DropPostgres());
        foreach (var guard in OperatorGuards.All)
            migrationBuilder.Sql(guard.ToPostgres());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in OperatorGuards.All)
            migrationBuilder.Sql(guard.DropPostgres());
        foreach (var guard in ApplicationGuards.All)
            migrationBuilder.Sql(guard.ToPostgres());
    }
}
