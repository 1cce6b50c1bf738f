using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>Sends a move, and examines why a contract would refuse it.</summary>
internal sealed class SendMoves(IEthereumClient client, IAccountQueue queue, RefusedMoves refused)
{
    /// <summary>Nothing more now: every head decides anew.</summary>
    public static readonly Play EachHead = new(PlayStep.Waiting, 0);

    public async Task<Play> TryAsync(TransactionRequest request, ChainView view, CancellationToken cancellationToken)
    {
        try
        {
            return
                await queue.SubmitAsync(request, view, cancellationToken) == Sending.Mined
                && await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } next
                && next.Number > view.Head
                ? new Play(PlayStep.LookAgain)
                : EachHead;
        }
        catch (ContractRevertedException revert)
        {
            return await refused.JudgeAsync(request, revert, view.Top, cancellationToken);
        }
    }
}
