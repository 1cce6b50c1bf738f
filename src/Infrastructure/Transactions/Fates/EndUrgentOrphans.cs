using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// A pending claim must not be mined once its inputs are gone from L1, and that of an application under removal or disabled must
/// come to its end. Checks for one at every head, at the cost of one query, and takes it a step further without waiting for the account's
/// next transaction.
/// </summary>
internal sealed class EndUrgentOrphans(
    IEthereumClient client,
    StoredOrphans orphans,
    AccountTurn turns,
    ResolveOrphans resolve,
    ChainPolicy chain
) : IHeadListener
{
    public string Purpose => "cancel claims whose inputs are gone from L1, and end those of disabled applications";

    public async Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        if (
            !await orphans.IsAnyUrgentAsync(cancellationToken)
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

    public LogLevel LevelOf(Exception failure) => ToldOutage.LevelOf(failure, LogLevel.Warning);
}
