using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>The database in a SQLite file, for one process.</summary>
public sealed class SqliteDbContext : RollupsDbContext
{
    /// <param name="options">Provider and connection.</param>
    public SqliteDbContext(DbContextOptions<SqliteDbContext> options)
        : base(options)
    {
        // Without it, a save of one statement would run without a transaction, and so bypass the write gate.
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
    }

    /// <inheritdoc />
    protected override string BytesLiteral(string digits) => $"x'{digits}'";

    /// <summary>SQLite cannot add a stored column to a table that has rows.</summary>
    protected override bool StoresComputedColumns => false;

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
    }
}
