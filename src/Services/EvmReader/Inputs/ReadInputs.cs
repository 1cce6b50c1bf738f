using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Outputs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// Reads L1 up to the observed head: new inputs, epochs that end, executed outputs. Runs at every head and every fallback sync. One
/// key for the whole chain, because all applications are read together.
/// </summary>
internal sealed partial class ReadInputs(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ActiveReader reader,
    ChainPolicy chain,
    LoadChainPolicy policy,
    CheckHistory history,
    ReadChainFacts facts,
    ScanInputs scan,
    TrackExecutedOutputs outputs,
    WatchExecutions executions,
    MoveIdleCursors cursors,
    ReaderCache memory,
    ReaderSight sight,
    ReaderMetrics metrics,
    ILogger<ReadInputs> logger
) : IPendingWork
{
    /// <summary>L1 must be read whenever there is an application to observe.</summary>
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        if (await db.Applications.Observed().AnyAsync(cancellationToken))
            return [WorkKey.Chain];
        sight.Rests();
        return [];
    }

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (await reader.LeaseAsync(cancellationToken) is not { } lease)
        {
            sight.Rests();
            return WorkResult.Nothing;
        }

        memory.BeginTerm(lease.Term);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await PassAsync(lease, stop.Token);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(logger);
            return WorkResult.Nothing;
        }
    }

    private async Task<WorkResult> PassAsync(ILease lease, CancellationToken cancellationToken)
    {
        sight.Looks(chain.Tag);
        var header = await client.GetBlockAsync(chain.Tag, cancellationToken);
        if (header is null)
        {
            LogNoHead(logger, chain.Tag);
            return WorkResult.Nothing;
        }

        var taken = await executions.RunAsync(lease, header, cancellationToken);
        var all = await LoadAsync(cancellationToken);
        sight.Sees(header, all);
        var replaced = await history.RunAsync(lease, all, header, cancellationToken);
        var head = await ObserveAsync(lease, [.. all.Where(app => !replaced.Applications.Contains(app.Id))], header, cancellationToken);
        metrics.Head(header.Number);
        if (head.Applications.Count == 0)
            return new WorkResult(replaced.Written + taken, replaced.Written > 0);
        var inputs = await scan.RunAsync(head, cancellationToken);
        var executed = await outputs.RunAsync(head, cancellationToken);
        await cursors.RunAsync(head, cancellationToken);
        if (replaced.Applications.Count == 0)
            await policy.ComparedUpToAsync(header.Number, cancellationToken);
        return new WorkResult(
            replaced.Written + taken + inputs.Done + executed.Done,
            inputs.MoreDue || executed.MoreDue || replaced.Written > 0
        );
    }

    private async Task<List<ObservedApplication>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ObservedApplications.LoadAsync(scope.ServiceProvider.GetRequiredService<RollupsDbContext>(), cancellationToken);
    }

    private async Task<ObservedHead> ObserveAsync(
        ILease lease,
        List<ObservedApplication> applications,
        BlockHeader header,
        CancellationToken cancellationToken
    )
    {
        var block = header.Number;
        var begun = applications
            .Where(app => app.InputBoxBlock <= block && app.InputCursor <= block && app.OutputCursor <= block)
            .ToList();
        // A cursor ahead of the head means a lagging node or a reorganisation; an application that begins after the head is merely
        // new.
        var ahead = applications.Where(app => app.InputCursor > block || app.OutputCursor > block).ToList();
        if (ahead.Count > 0)
            LogHeadBehind(logger, chain.Tag, block, ahead.Count, ahead[0].Name, Math.Max(ahead[0].InputCursor, ahead[0].OutputCursor));
        return new ObservedHead(lease, block, begun, await facts.ReadAsync(begun, header, cancellationToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "The L1 node has no {Tag} block yet. Nothing is read until it has one.")]
    private static partial void LogNoHead(ILogger logger, BlockTag tag);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The {Tag} block of the L1 node is {Block}, behind what {Count} applications have read already ({Name}: {Cursor}). They are left "
            + "alone until the node has caught up."
    )]
    private static partial void LogHeadBehind(ILogger logger, BlockTag tag, ulong block, int count, string name, ulong cursor);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "A pass was abandoned because the lease was lost: what it had not stored is read again by whoever holds the lease next."
    )]
    private static partial void LogAbandoned(ILogger logger);
}
