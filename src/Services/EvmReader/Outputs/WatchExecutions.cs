using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Outputs;

/// <summary>
/// An executed output is provisional until its block is final. If L1 replaced the block, the execution is reverted here and searched
/// for again. One query per pass over the few watched rows, and none where blocks are final.
/// </summary>
internal sealed partial class WatchExecutions(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    IUnitOfWork unit,
    IDatabaseProvider database,
    ChainPolicy chain,
    ReaderCache memory,
    TimeProvider clock,
    ILogger<WatchExecutions> logger
)
{
    private readonly BlockEvidence _evidence = new(client);

    /// <summary>Number of transactions that wrote something.</summary>
    public async Task<int> RunAsync(ILease reader, BlockHeader head, CancellationToken cancellationToken)
    {
        if (chain.IsFinal)
            return 0;
        var watched = await LoadAsync(cancellationToken);
        if (
            watched.Count == 0
            || await _evidence.AskAsync(head, [.. watched.Select(output => output.Block).Distinct()], cancellationToken)
                is not { } standing
        )
            return 0;
        var written = 0;
        foreach (var outputs in watched.Where(output => standing.Gone.Contains(output.Block)).GroupBy(output => output.ApplicationId))
            written += await TakeBackAsync(reader, outputs.Key, [.. outputs], standing.FinalNumber, cancellationToken) ? 1 : 0;
        await ReleaseAsync(standing.Final, cancellationToken);
        return written;
    }

    private async Task<List<WatchedOutput>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        return await db
            .Outputs.Where(output => output.IsProvisional)
            .Join(
                db.Applications,
                output => output.ApplicationId,
                app => app.Id,
                (output, app) =>
                    new WatchedOutput(
                        output.ApplicationId,
                        app.Name,
                        new ReadBlock(output.ExecutionBlockNumber!.Value, output.ExecutionBlockHash!.Value)
                    )
            )
            .ToListAsync(cancellationToken);
    }

    private async Task<bool> TakeBackAsync(
        ILease reader,
        int applicationId,
        List<WatchedOutput> outputs,
        ulong final,
        CancellationToken cancellationToken
    )
    {
        var hashes = outputs.Select(output => output.Block.Hash).Distinct().ToList();
        var lowest = outputs.Min(output => output.Block.Number);
        // In the new blocks the execution can be anywhere after the last final one.
        var cursor = Math.Min(final, lowest - 1);
        var taken = await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.LockApplicationAsync(scope.Db, applicationId, reader, token))
                    return 0;
                var now = clock.GetUtcNow();
                await scope
                    .Db.Applications.Where(app => app.Id == applicationId && app.LastOutputCheckBlock > cursor)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(app => app.LastOutputCheckBlock, cursor).SetProperty(app => app.UpdatedAt, now),
                        token
                    );
                return await scope
                    .Db.Outputs.Where(output =>
                        output.ApplicationId == applicationId && output.IsProvisional && hashes.Contains(output.ExecutionBlockHash!.Value)
                    )
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(output => output.ExecutionTransactionHash, (Hash32?)null)
                                .SetProperty(output => output.ExecutionBlockNumber, (ulong?)null)
                                .SetProperty(output => output.ExecutionBlockHash, (Hash32?)null)
                                .SetProperty(output => output.IsProvisional, false)
                                .SetProperty(output => output.UpdatedAt, now),
                        token
                    );
            },
            cancellationToken
        );
        if (taken == 0)
            return false;
        memory.ForgetExecuted(applicationId, (ulong)taken);
        LogTakenBack(logger, outputs[0].Application, taken, lowest);
        return true;
    }

    private async Task ReleaseAsync(IReadOnlySet<ReadBlock> final, CancellationToken cancellationToken)
    {
        if (final.Count == 0)
            return;
        var hashes = final.Select(block => block.Hash).ToList();
        await using var scope = scopes.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<RollupsDbContext>()
            .Outputs.Where(output => output.IsProvisional && hashes.Contains(output.ExecutionBlockHash!.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(output => output.IsProvisional, false), cancellationToken);
    }

    private sealed record WatchedOutput(int ApplicationId, string Application, ReadBlock Block);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Application}: L1 has replaced block {Block}, and with it took back the execution of {Count} outputs. They count as not executed "
            + "until L1 shows them again; nothing is to be done."
    )]
    private static partial void LogTakenBack(ILogger logger, string application, int count, ulong block);
}
