using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>
/// SQLite's session settings: commits survive a crash of the process, and SQLite itself waits for other processes, because it reacts sooner
/// than the driver.
/// </summary>
internal sealed class SqliteSessionInterceptor : DbConnectionInterceptor
{
    private const string Settings = "PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Settings;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Settings;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
