using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>Sends a move, and examines why a contract would refuse it.</summary>
internal sealed class SendMoves(IEthereumClient client, ITransactionSender sender, RefusedMoves refused)
{
    /// <summary>Nothing more now: every head decides anew.</summary>
    public static readonly Play EachHead = new(PlayStep.Waiting, 0);

    public async Task<Play> TryAsync(TransactionRequest request, ulong head, ulong top, CancellationToken cancellationToken)
    {
        try
        {
            return
                await sender.SendAsync(request, head, top, cancellationToken) == Sending.Mined
                && await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } next
                && next.Number > head
                ? new Play(PlayStep.LookAgain)
                : EachHead;
        }
        catch (ContractRevertedException revert)
        {
            return await refused.JudgeAsync(request, revert, top, cancellationToken);
        }
    }
}
