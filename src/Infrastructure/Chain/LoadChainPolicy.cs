using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Chain;

/// <summary>
/// Before any service starts, makes sure that the endpoint, the configuration and the database agree on one chain and one block tag, and
/// stores the rules with the database. Every process that uses L1 runs it.
/// </summary>
public sealed partial class LoadChainPolicy(
    IEthereumClient client,
    IUnitOfWork unit,
    ChainPolicy policy,
    IOptions<EthereumOptions> options,
    TimeProvider clock,
    ILogger<LoadChainPolicy> logger
)
{
    /// <summary>Loads the rules into <see cref="ChainPolicy"/>.</summary>
    /// <exception cref="OperatorException">
    /// The endpoint or the database belongs to another chain than <c>Ethereum:ChainId</c>.
    /// </exception>
    /// <exception cref="EthereumUnreachableException">The endpoint does not answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var configured = options.Value;
        await client.EnsureChainAsync(configured, cancellationToken);
        var (before, now) = await unit.ExecuteAsync((scope, token) => AgreeAsync(scope.Db, configured, token), cancellationToken);
        if (now.IsLooserThan(before))
            LogLoosened(logger, now.DefaultBlock, before.DefaultBlock);
        else if (now.DefaultBlock != before.DefaultBlock)
            LogReplaced(logger, now.DefaultBlock, before.DefaultBlock, now.ReplaceableUpTo ?? 0);
        else if (now.DefaultBlock != configured.DefaultBlock)
            LogStoredWins(
                logger,
                configured.DefaultBlock,
                now.DefaultBlock,
                $"{EthereumOptions.Section}:{nameof(EthereumOptions.AllowLooserBlock)}"
            );
        policy.Follow(now.Tag, now.ReplaceableUpTo is not null);
    }

    /// <summary>
    /// Records that every application's history was compared with L1 as of that final block. Once no block above it was read, at an
    /// earlier, looser tag or by a process that still has that tag, all stored data is final.
    /// </summary>
    /// <param name="head">Number of a block at the tag in force.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task ComparedUpToAsync(ulong head, CancellationToken cancellationToken)
    {
        if (policy.IsFinal || policy.Tag != BlockTag.Finalized)
            return;
        var isFinal = await unit.ExecuteAsync(
            async (scope, token) =>
            {
                while (await StoredChainPolicy.ReadAsync(scope.Db, token) is var (stored, json))
                {
                    if (
                        stored.Tag != BlockTag.Finalized
                        || stored.ReplaceableUpTo > head
                        || await IsAnyReadAboveAsync(scope.Db, head, token)
                    )
                        return false;
                    if (
                        stored.ReplaceableUpTo is null
                        || await (stored with { ReplaceableUpTo = null }).ReplaceAsync(scope.Db, json, token)
                    )
                        return true;
                }

                return false;
            },
            cancellationToken
        );
        if (!isFinal)
            return;
        policy.Follow(BlockTag.Finalized, hasReplaceableBlocks: false);
        LogFinal(logger, head);
    }

    private async Task<(StoredChainPolicy Before, StoredChainPolicy Now)> AgreeAsync(
        RollupsDbContext db,
        EthereumOptions configured,
        CancellationToken cancellationToken
    )
    {
        // Another process may replace the row between the two statements: then it is read again.
        while (true)
        {
            if (await StoredChainPolicy.ReadAsync(db, cancellationToken) is not var (stored, json))
                return Create(db, configured);
            if (stored.ChainId != configured.ChainId)
                throw new OperatorException(
                    $"The database belongs to chain {stored.ChainId}, but Ethereum:ChainId is {configured.ChainId}. Use the database of "
                        + $"chain {configured.ChainId}, or an empty one."
                );
            if (stored.DefaultBlock == configured.DefaultBlock && stored.ReplaceableUpTo is null)
                return (stored, stored);
            var now = stored.Under(configured.DefaultBlock, configured.AllowLooserBlock, await HighestReadAsync(db, cancellationToken));
            if (now == stored || await now.ReplaceAsync(db, json, cancellationToken))
                return (stored, now);
        }
    }

    private (StoredChainPolicy Before, StoredChainPolicy Now) Create(RollupsDbContext db, EthereumOptions configured)
    {
        var first = new StoredChainPolicy(configured.ChainId, configured.DefaultBlock);
        db.Add(
            new NodeConfiguration
            {
                Key = StoredChainPolicy.Key,
                Value = first.ToJson(),
                CreatedAt = clock.GetUtcNow(),
            }
        );
        return (first, first);
    }

    /// <summary>Whether an application was read further than that block, as by a process at a looser tag.</summary>
    private static Task<bool> IsAnyReadAboveAsync(RollupsDbContext db, ulong head, CancellationToken cancellationToken) =>
        db.Applications.AnyAsync(
            app =>
                app.LastInputCheckBlock > head
                || app.LastOutputCheckBlock > head
                || app.LastEpochCheckBlock > head
                || app.LastTournamentCheckBlock > head
                || app.LastClaimCheckBlock > head,
            cancellationToken
        );

    private static async Task<ulong> HighestReadAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var cursors = await db
            .Applications.Select(app => new
            {
                app.LastInputCheckBlock,
                app.LastOutputCheckBlock,
                app.LastEpochCheckBlock,
                app.LastTournamentCheckBlock,
                app.LastClaimCheckBlock,
            })
            .ToListAsync(cancellationToken);
        return cursors
            .Select(app =>
                new[]
                {
                    app.LastInputCheckBlock,
                    app.LastOutputCheckBlock,
                    app.LastEpochCheckBlock,
                    app.LastTournamentCheckBlock,
                    app.LastClaimCheckBlock,
                }.Max()
            )
            .DefaultIfEmpty()
            .Max();
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Ethereum:DefaultBlock is {Configured}, but this database was created with {Stored}. The stored tag stays in force in "
            + "every service because the database's cursors rely on it. Set Ethereum:DefaultBlock to {Stored}; or set {Setting} to "
            + "true, and the node reads blocks from now on that L1 may still replace."
    )]
    private static partial void LogStoredWins(ILogger logger, string configured, string stored, string setting);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Ethereum:DefaultBlock is {Configured} from now on, instead of {Stored}. The node compares everything it read at the "
            + "old tag, up to block {Block}, with L1 until it is final. Give every service of this database the same value, and "
            + "restart it: until then a service that is already running reads at the old tag."
    )]
    private static partial void LogReplaced(ILogger logger, string configured, string stored, ulong block);

    [LoggerMessage(3, LogLevel.Information, "Every block that the node read at an earlier tag is final as of block {Block}.")]
    private static partial void LogFinal(ILogger logger, ulong block);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Ethereum:DefaultBlock is {Configured} from now on, instead of {Stored}: the node reads blocks that L1 may still replace. Give "
            + "every service of this database the same value, and restart it. A service that is already running follows it when it "
            + "begins to read or before it sends its next claim."
    )]
    private static partial void LogLoosened(ILogger logger, string configured, string stored);
}
