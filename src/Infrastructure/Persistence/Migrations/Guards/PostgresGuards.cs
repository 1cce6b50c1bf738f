using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Creates the triggers. Written by hand; the rules are in <see cref="GuardSet"/>. The tables stay those of the migration before.
/// </summary>
[DbContext(typeof(PostgresDbContext))]
[Migration("20261124000000_Guards")]
internal sealed class PostgresGuards : Migration
{
    public override IModel TargetModel { get; } = new Postgres.Initial().TargetModel;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.All)
            migrationBuilder.Sql(guard.ToPostgres());
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var guard in GuardSet.All)
            migrationBuilder.Sql(guard.DropPostgres());
    }
}
