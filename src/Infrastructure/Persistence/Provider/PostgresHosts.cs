using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>Several hosts of one database, a primary and its standbys: the node writes, so it takes the one that does.</summary>
internal static class PostgresHosts
{
    private const string Writable = "read-write";
    private const string RecheckSeconds = "Host Recheck Seconds";

    /// <exception cref="OperatorException">The setting may choose a server that takes no writes.</exception>
    public static void Check(NpgsqlConnectionStringBuilder connection)
    {
        if (connection.TargetSessionAttributes is { } wanted && wanted is not (Writable or "primary"))
        {
            throw new OperatorException(
                $"Database:ConnectionString has Target Session Attributes={wanted}, which may choose a server that takes no writes: use "
                    + $"{Writable} or primary, or leave it out."
            );
        }
    }

    /// <summary>The connection with what several hosts need. What the operator has set holds.</summary>
    public static NpgsqlConnectionStringBuilder Of(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.Host!.Contains(',', StringComparison.Ordinal))
            return connection;
        var hosts = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        hosts.TargetSessionAttributes ??= Writable;
        // What is known of a host, for 10 s else, would lead back to the former primary.
        if (!connection.ShouldSerialize(RecheckSeconds))
            hosts.HostRecheckSeconds = 1;
        return hosts;
    }
}
