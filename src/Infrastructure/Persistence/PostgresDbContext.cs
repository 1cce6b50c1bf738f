using Microsoft.EntityFrameworkCore;

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
