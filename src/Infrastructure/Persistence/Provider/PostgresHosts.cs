using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// Several hosts of one database, a primary and its standbys. The node writes, so it connects to the host that accepts writes.
/// </summary>
internal static class PostgresHosts
{
    private const string Writable = "read-write";
    private const string RecheckSeconds = "Host Recheck Seconds";

    /// <exception cref="OperatorException">The setting may choose a server that accepts no writes.</exception>
    public static void Check(NpgsqlConnectionStringBuilder connection)
    {
        if (connection.TargetSessionAttributes is { } wanted && wanted is not (Writable or "primary"))
        {
            throw new OperatorException(
                $"Database:ConnectionString has Target Session Attributes={wanted}, which may choose a server that accepts no "
                    + $"writes: use {Writable} or primary, or remove it."
            );
        }
    }

    /// <summary>The connection string with the settings that several hosts need. The operator's own settings take precedence.</summary>
    public static NpgsqlConnectionStringBuilder Of(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.Host!.Contains(',', StringComparison.Ordinal))
            return connection;
        var hosts = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        hosts.TargetSessionAttributes ??= Writable;
        // Npgsql otherwise caches a host's role for 10 s, which would lead back to the former primary.
        if (!connection.ShouldSerialize(RecheckSeconds))
            hosts.HostRecheckSeconds = 1;
        return hosts;
    }
}
