using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Chain;

/// <summary>Of all replicas one reads a chain: the one that holds the lease. The others ask for it again at every head and every sync.</summary>
internal sealed partial class ActiveReader(IDatabaseProvider database, ObservedChain chain, ILogger<ActiveReader> logger) : IAsyncDisposable
{
    private ILease? _lease;
    private bool _waiting;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => _lease?.Lost ?? CancellationToken.None;

    /// <summary>Counts the times that this process became the reader: what it remembers from before no longer holds then.</summary>
    public int Term { get; private set; }

    /// <summary>True while this process is the reader. Called by one run at a time.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken)
    {
        if (_lease is { Lost.IsCancellationRequested: false })
            return true;
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
            return false;
        }

        _waiting = false;
        Term++;
        LogActive(logger, chain.ChainId);
        return true;
    }

    /// <summary>Hands the lease on.</summary>
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

    [LoggerMessage(3, LogLevel.Warning, "The lease to read chain {ChainId} was lost with its database connection. It is asked for again.")]
    private static partial void LogLost(ILogger logger, ulong chainId);
}
