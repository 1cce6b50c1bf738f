using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Messaging;

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
    internal const string Key = "chain";

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
        if (now.DefaultBlock != before.DefaultBlock)
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
    /// Records that every application's history was compared with L1 as of that final block. Once that block is above every block that was
    /// read at an earlier, looser tag, all stored data is final.
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
                var row = await scope.Db.NodeConfigurations.SingleAsync(setting => setting.Key == Key, token);
                var stored = StoredChainPolicy.Parse(row.Value);
                if (stored.ReplaceableUpTo > head || stored.Tag != BlockTag.Finalized)
                    return false;
                row.Value = (stored with { ReplaceableUpTo = null }).ToJson();
                return true;
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
        var row = await db.NodeConfigurations.SingleOrDefaultAsync(setting => setting.Key == Key, cancellationToken);
        if (row is null)
        {
            var first = new StoredChainPolicy(configured.ChainId, configured.DefaultBlock);
            db.Add(
                new NodeConfiguration
                {
                    Key = Key,
                    Value = first.ToJson(),
                    CreatedAt = clock.GetUtcNow(),
                }
            );
            return (first, first);
        }

        var stored = StoredChainPolicy.Parse(row.Value);
        if (stored.ChainId != configured.ChainId)
            throw new OperatorException(
                $"The database belongs to chain {stored.ChainId}, but Ethereum:ChainId is {configured.ChainId}. Use the database of chain "
                    + $"{configured.ChainId}, or an empty one."
            );
        if (stored.DefaultBlock == configured.DefaultBlock)
            return (stored, stored);
        var now = stored.Under(configured.DefaultBlock, configured.AllowLooserBlock, await HighestReadAsync(db, cancellationToken));
        if (now != stored)
            row.Value = now.ToJson();
        return (stored, now);
    }

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
            + "old tag, up to block {Block}, with L1 until it is final. Give every service of this database the same value; "
            + "services that are already running follow it after a restart."
    )]
    private static partial void LogReplaced(ILogger logger, string configured, string stored, ulong block);

    [LoggerMessage(3, LogLevel.Information, "Every block that the node read at an earlier tag is final as of block {Block}.")]
    private static partial void LogFinal(ILogger logger, ulong block);
}
