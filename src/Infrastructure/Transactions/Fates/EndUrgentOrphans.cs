using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// A pending claim must not be mined once its application stopped as CORRUPTED, and that of an application under removal or disabled must
/// come to its end. Checks for one at every head, at the cost of one query, and takes it a step further without waiting for the account's
/// next transaction. Where the bound of the fees keeps one from being cancelled, its fate is read only now and then.
/// </summary>
internal sealed class EndUrgentOrphans(
    IEthereumClient client,
    StoredOrphans orphans,
    AccountTurn turns,
    ResolveOrphans resolve,
    BroadcastMemory memory,
    TransactionOptions options,
    ChainPolicy chain
) : IHeadListener
{
    public string Purpose => "cancel claims of corrupted applications, and end those of disabled ones";

    public async Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        if (
            (await orphans.UrgentAsync(cancellationToken)).All(orphan => MayWait(orphan, head.Number))
            || await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top
            || await ChainView.ReadAsync(client, top.Number, cancellationToken) is not { } view
        )
            return;
        await turns.InTurnAsync(
            async (turn, token) =>
            {
                await resolve.ResolveAsync(turn, view, token);
                return true;
            },
            false,
            cancellationToken
        );
    }

    public LogLevel LevelOf(Exception failure) => LoggedOutage.LevelOf(failure, LogLevel.Warning);

    private bool MayWait(UrgentOrphan orphan, ulong head) =>
        orphan.IsToBeCancelled && memory.IsAtTheBound(orphan.Transaction, head, options.ReplaceAfterBlocks);
}
