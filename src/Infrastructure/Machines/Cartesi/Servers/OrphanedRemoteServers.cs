using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// Ends the servers on remote hosts that killed nodes left. Only a server that answers with the killed node's mark is one of them: another
/// may listen at its port by now.
/// </summary>
internal static class OrphanedRemoteServers
{
    /// <summary>Ends them, and returns their addresses. What does not answer now is left for the next start.</summary>
    /// <param name="folder">Folder of the records.</param>
    /// <param name="callTimeout">Deadline of a call.</param>
    /// <param name="clock">Clock of the deadlines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<RemoteAddress>> EndAsync(
        string folder,
        TimeSpan callTimeout,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var ended = new List<RemoteAddress>();
        foreach (var record in RemoteRecord.FindAbandoned(folder))
        {
            using (record)
            {
                var ends = await Task.WhenAll(
                    record.Servers.Select(server => EndAsync(server, record.Mark, callTimeout, clock, cancellationToken))
                );
                ended.AddRange(record.Servers.Where((_, i) => ends[i] == End.Ended));
                if (!ends.Contains(End.Unknown))
                    record.Delete();
            }
        }

        return ended;
    }

    private static async Task<End> EndAsync(
        RemoteAddress address,
        ServerMark? mark,
        TimeSpan callTimeout,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var server = new MachineServer(address.Host, address.Port, 0, callTimeout, clock);
            if (mark is null || await server.ReadMarkAsync(cancellationToken) != mark)
                return End.NotOurs;
            await server.ShutdownAsync(cancellationToken);
            return End.Ended;
        }
        catch (Exception exception) when (exception is ServerLostException or ServerRefusedException or UriFormatException)
        {
            // Nobody listens there, or a server without a machine, or the line is damaged.
            return End.NotOurs;
        }
        catch (ServerSilentException)
        {
            return End.Unknown;
        }
    }

    private enum End
    {
        Ended,
        NotOurs,
        Unknown,
    }
}
