using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>The node's notes of its servers on remote hosts, and the end of those that killed nodes left.</summary>
internal sealed partial class RemoteHosts(CartesiMachineOptions options, TimeProvider clock, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private RemoteRecord? _record;

    /// <summary>This process's notes; null while they cannot be written.</summary>
    public RemoteRecord? Record
    {
        get
        {
            lock (_lock)
            {
                try
                {
                    return _record ??= RemoteRecord.Create(options.RemoteRecordFolder);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    LogNoRecord(options.RemoteRecordFolder, exception.Message);
                    return null;
                }
            }
        }
    }

    /// <summary>Ends what killed nodes left.</summary>
    public async Task EndOrphansAsync(CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromMilliseconds(new ExecutionParameters().CallTimeout);
        var ended = await OrphanedRemoteServers.EndAsync(options.RemoteRecordFolder, timeout, clock, cancellationToken);
        if (ended.Count > 0)
            LogOrphans(ended.Count, string.Join(", ", ended.Select(server => $"{server.Host}:{server.Port}")));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _record?.Dispose();
            _record = null;
        }
    }

    [LoggerMessage(
        646,
        LogLevel.Warning,
        "{Count} machine servers of a node that was killed were still running on remote hosts; the node has ended them ({Servers})"
    )]
    private partial void LogOrphans(int count, string servers);

    [LoggerMessage(
        647,
        LogLevel.Warning,
        "The node cannot note its machine servers on remote hosts in {Folder}: {Error} The machines run; if the node is killed, restart "
            + "the servers there. Check the space and the rights of Machines:Cartesi:RemoteRecordFolder"
    )]
    private partial void LogNoRecord(string folder, string error);
}
