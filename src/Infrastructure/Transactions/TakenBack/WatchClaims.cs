using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// A claim recorded from L1 is provisional until its block is final. Checks that those blocks are still on L1, reverts claims whose block
/// is gone, and stops watching final ones. A check costs one query over the few watched rows, plus one batch if the head does not follow
/// the previous one or there is a new row; under <c>finalized</c> it costs nothing.
/// </summary>
/// <param name="isPrt">Whose claims: those under PRT, or those of Authority and Quorum.</param>
/// <param name="scopes">For the queries.</param>
/// <param name="client">L1.</param>
/// <param name="chain">Which blocks count.</param>
/// <param name="takeBack">Reverts the claims.</param>
/// <param name="logger">Log.</param>
public sealed partial class WatchClaims(
    bool isPrt,
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ChainPolicy chain,
    TakeClaimsBack takeBack,
    ILogger<WatchClaims> logger
) : IDisposable
{
    private readonly BlockEvidence _evidence = new(client, logger);
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Where blocks are final now, nothing new is watched: rows left by an earlier, looser tag are watched until there are none.
    private bool _isDone;

    /// <summary>
    /// Checks once; returns the applications with a reverted claim. If the L1 node cannot answer, the next head and the next sync query
    /// it again.
    /// </summary>
    public async Task<IReadOnlyCollection<WorkKey>> LookAsync(CancellationToken cancellationToken)
    {
        if (chain.IsFinal && _isDone)
            return [];
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await LookOnceAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            LogNotAsked(logger, exception.Message);
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<IReadOnlyCollection<WorkKey>> LookOnceAsync(CancellationToken cancellationToken)
    {
        var watched = await LoadAsync(cancellationToken);
        _isDone = chain.IsFinal && watched.Count == 0;
        if (
            watched.Count == 0
            || await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } head
            || await _evidence.AskAsync(head, [.. watched.SelectMany(epoch => epoch.Blocks).Distinct()], cancellationToken)
                is not { } standing
        )
            return [];
        var keys = new List<WorkKey>();
        foreach (var application in watched.Where(epoch => epoch.Blocks.Any(standing.Gone.Contains)).GroupBy(epoch => epoch.ApplicationId))
        {
            if (
                await takeBack.RunAsync(
                    application.Key,
                    [.. application.Select(epoch => epoch.Index)],
                    standing.Gone,
                    cancellationToken
                ) is
                { } address
            )
                keys.Add(new WorkKey(address));
        }

        await ReleaseAsync(standing.Final, cancellationToken);
        return keys;
    }

    private async Task<List<WatchedEpoch>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Watched(scope.ServiceProvider.GetRequiredService<RollupsDbContext>())
            .Select(epoch => new WatchedEpoch(
                epoch.ApplicationId,
                epoch.Index,
                epoch.ClaimBlockNumber,
                epoch.ClaimBlockHash,
                epoch.AcceptanceBlockNumber,
                epoch.AcceptanceBlockHash,
                epoch.SettlementBlockNumber,
                epoch.SettlementBlockHash
            ))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Stops watching final blocks, in one statement.</summary>
    private async Task ReleaseAsync(IReadOnlySet<ReadBlock> final, CancellationToken cancellationToken)
    {
        if (final.Count == 0)
            return;
        var hashes = final.Select(block => block.Hash).ToList();
        await using var scope = scopes.CreateAsyncScope();
        await Watched(scope.ServiceProvider.GetRequiredService<RollupsDbContext>())
            .Where(epoch =>
                (epoch.ClaimBlockHash == null || hashes.Contains(epoch.ClaimBlockHash.Value))
                && (epoch.AcceptanceBlockHash == null || hashes.Contains(epoch.AcceptanceBlockHash.Value))
                && (epoch.SettlementBlockHash == null || hashes.Contains(epoch.SettlementBlockHash.Value))
            )
            .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.IsProvisional, false), cancellationToken);
    }

    private IQueryable<Epoch> Watched(RollupsDbContext db) =>
        db.Epochs.Where(epoch =>
            epoch.IsProvisional
            && db.Applications.Any(app =>
                app.Id == epoch.ApplicationId
                && app.State != ApplicationState.Removing
                && (app.ConsensusType == ConsensusType.Prt) == isPrt
            )
        );

    [LoggerMessage(
        40,
        LogLevel.Warning,
        "The node could not check whether L1 still has the blocks of the newest claims: {Error} It checks again at the next head."
    )]
    private static partial void LogNotAsked(ILogger logger, string error);
}
