using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>
/// Session settings of SQLite: a commit that survives a crash of the process, and a wait of SQLite's own for other processes, which reacts
/// sooner than the driver's.
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
