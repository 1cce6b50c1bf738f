using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Rollups.Persistence;

/// <summary>The database on PostgreSQL, for deployments.</summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : RollupsDbContext(options)
{
    /// <inheritdoc />
    protected override string BytesLiteral(string digits) => $"'\\x{digits}'::bytea";

    /// <inheritdoc />
    protected override bool StoresComputedColumns => true;

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
    }
}

/// <summary>Lets the migration tool create the context without a host.</summary>
internal sealed class PostgresDbContextFactory : IDesignTimeDbContextFactory<PostgresDbContext>
{
    public PostgresDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDbContext>().UseNpgsql("Host=127.0.0.1").UseSnakeCaseNamingConvention().Options);
}
