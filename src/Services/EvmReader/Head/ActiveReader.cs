using Microsoft.Extensions.Logging;
using Rollups.Chain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.Head;

/// <summary>Only the replica that holds the lease reads a chain. The others try to acquire it at every head and every sync.</summary>
internal sealed partial class ActiveReader(
    IDatabaseProvider database,
    ChainPolicy chain,
    FollowChainPolicy policy,
    ILogger<ActiveReader> logger
) : IAsyncDisposable
{
    private ILease? _lease;
    private bool _waiting;

    /// <summary>
    /// The lease while this process is the reader, otherwise null. State remembered from an earlier term is no longer valid. Called by
    /// one run at a time.
    /// </summary>
    public async Task<ILease?> LeaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is { Lost.IsCancellationRequested: false })
            return _lease;
        if (_lease is not null)
        {
            LogLost(logger, chain.ChainId);
            await DisposeAsync();
        }

        _lease = await database.TryAcquireLeaseAsync($"evm-reader:{chain.ChainId}", cancellationToken);
        if (_lease is null)
        {
            if (!_waiting)
                LogStandby(logger, chain.ChainId);
            _waiting = true;
            return null;
        }

        _waiting = false;
        try
        {
            // The reader before this one may have had another tag.
            await policy.RunAsync(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        LogActive(logger, chain.ChainId);
        return _lease;
    }

    /// <summary>Releases the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lease is { } lease)
        {
            _lease = null;
            await lease.DisposeAsync();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Reading chain {ChainId}.")]
    private static partial void LogActive(ILogger logger, ulong chainId);

    [LoggerMessage(2, LogLevel.Information, "Another replica reads chain {ChainId}; this one stands by.")]
    private static partial void LogStandby(ILogger logger, ulong chainId);

    // The end of the session, or of the lease's term, is a warning already.
    [LoggerMessage(
        3,
        LogLevel.Information,
        "The lease to read chain {ChainId} was lost with its database connection. This replica tries to reacquire it."
    )]
    private static partial void LogLost(ILogger logger, ulong chainId);
}
