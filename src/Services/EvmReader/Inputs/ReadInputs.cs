using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.Outputs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// Reads L1 up to the observed head: new inputs, epochs that end, executed outputs. One key for the whole chain, because all applications are read
/// together; at every head, and at every fallback sync.
/// </summary>
internal sealed partial class ReadInputs(
    IServiceScopeFactory scopes, IEthereumClient client, ActiveReader reader, ObservedChain chain, ReadChainFacts facts, ScanInputs scan, TrackExecutedOutputs outputs,
    MoveIdleCursors cursors, ReaderMemory memory, ReaderMetrics metrics, ILogger<ReadInputs> logger) : IPendingWork
{
    /// <summary>L1 must be looked at whenever there is an application to observe.</summary>
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        return await db.Applications.Observed().AnyAsync(cancellationToken) ? [WorkKey.Chain] : [];
    }

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (!await reader.IsActiveAsync(cancellationToken))
            return WorkResult.Nothing;
        memory.BeginTerm(reader.Term);
        var lost = reader.Lost;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
        try
        {
            return await PassAsync(stop.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogAbandoned(logger);
            return WorkResult.Nothing;
        }
    }

    private async Task<WorkResult> PassAsync(CancellationToken cancellationToken)
    {
        var header = await client.GetBlockAsync(chain.Tag, cancellationToken);
        if (header is null)
        {
            LogNoHead(logger, chain.Tag);
            return WorkResult.Nothing;
        }

        var head = await ObserveAsync(header, cancellationToken);
        metrics.Head(header.Number);
        if (head.Applications.Count == 0)
            return WorkResult.Nothing;
        var inputs = await scan.RunAsync(head, cancellationToken);
        var executed = await outputs.RunAsync(head, cancellationToken);
        await cursors.RunAsync(head, cancellationToken);
        return new WorkResult(inputs.Done + executed.Done, inputs.MoreDue || executed.MoreDue);
    }

    private async Task<ObservedHead> ObserveAsync(BlockHeader header, CancellationToken cancellationToken)
    {
        var block = header.Number;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var all = await ObservedApplications.LoadAsync(db, cancellationToken);
        var begun = all.Where(app => app.InputBoxBlock <= block && app.InputCursor <= block && app.OutputCursor <= block).ToList();
        // A cursor ahead of the head means a node that lags, or a reorganisation; an application that begins later is just young.
        var ahead = all.Where(app => app.InputCursor > block || app.OutputCursor > block).ToList();
        if (ahead.Count > 0)
            LogHeadBehind(logger, chain.Tag, block, ahead.Count, ahead[0].Name, Math.Max(ahead[0].InputCursor, ahead[0].OutputCursor));
        var verify = await RememberLastInputsAsync(db, begun, cancellationToken);
        return new ObservedHead(block, begun, await facts.ReadAsync(begun, verify, header, cancellationToken));
    }

    /// <summary>
    /// Where blocks can be replaced, the newest stored input is compared with L1 at every pass; where they are final, once in each term of this
    /// reader, against a database or an endpoint that was exchanged.
    /// </summary>
    private async Task<HashSet<int>> RememberLastInputsAsync(RollupsDbContext db, List<ObservedApplication> applications, CancellationToken cancellationToken)
    {
        var verify = new HashSet<int>();
        foreach (var app in applications.Where(app => app.LastInput is not null))
        {
            var isRemembered = memory.LastInputHash(app) is not null;
            if (!isRemembered)
            {
                var data = await db.Inputs.Where(input => input.ApplicationId == app.Id && input.Index == app.LastInput).Select(input => input.RawData).SingleOrDefaultAsync(cancellationToken);
                if (data is null)
                    continue;
                memory.RememberLastInput(app.Id, app.LastInput!.Value, data);
            }

            if (!isRemembered || !chain.IsFinal)
                verify.Add(app.Id);
        }

        return verify;
    }

    [LoggerMessage(1, LogLevel.Warning, "The L1 node has no {Tag} block yet. Nothing is read until it has one.")]
    private static partial void LogNoHead(ILogger logger, BlockTag tag);

    [LoggerMessage(2, LogLevel.Warning, "The {Tag} block of the L1 node is {Block}, behind what {Count} applications have read already ({Name}: {Cursor}). They are left alone until the node has caught up.")]
    private static partial void LogHeadBehind(ILogger logger, BlockTag tag, ulong block, int count, string name, ulong cursor);

    [LoggerMessage(3, LogLevel.Warning, "A pass was abandoned because the lease was lost: what it had not stored is read again by whoever holds the lease next.")]
    private static partial void LogAbandoned(ILogger logger);
}
