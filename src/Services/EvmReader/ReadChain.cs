using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.Metrics;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader;

/// <summary>
/// The work of the EvmReader: a <see cref="ReadPass"/> at every head and every fallback sync, while this replica holds the lease. One
/// key for the whole chain, because all applications are read together.
/// </summary>
internal sealed partial class ReadChain(
    IServiceScopeFactory scopes,
    ActiveReader reader,
    ObserveHead head,
    ReadingStates states,
    ReadPass pass,
    ReaderMetrics metrics,
    ILogger<ReadChain> logger
) : IPendingWork
{
    /// <summary>
    /// L1 must be read whenever there is an application to observe. The last pass knows of some: then no query asks, and the next pass
    /// notices that the last one is gone.
    /// </summary>
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        if (states.IsAny)
            return [WorkKey.Chain];
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        if (await db.Applications.Observed().AnyAsync(cancellationToken))
            return [WorkKey.Chain];
        Rest();
        return [];
    }

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (await reader.LeaseAsync(cancellationToken) is not { } lease)
        {
            metrics.Rest();
            Rest();
            return WorkResult.Nothing;
        }

        states.BeginTerm(lease.Term);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await pass.RunAsync(lease, stop.Token);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(logger);
            return WorkResult.Nothing;
        }
    }

    /// <summary>Nothing is read, so nothing is missing and nothing is remembered.</summary>
    private void Rest()
    {
        head.Rest();
        states.Forget();
    }

    // The end of the session, or of the lease's term, is a warning already.
    [LoggerMessage(
        1,
        LogLevel.Information,
        "The pass ended because the lease was lost. The next holder of the lease reads again what this pass had not stored."
    )]
    private static partial void LogAbandoned(ILogger logger);
}
