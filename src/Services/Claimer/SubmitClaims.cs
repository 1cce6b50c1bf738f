using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Claimer;

/// <summary>Sends claims.</summary>
internal sealed class SubmitClaims(IEthereumClient client, IAccountQueue queue, RefusedClaims refused, RecordClaims record) : ISubmitClaims
{
    public Address? Account => queue.Account;

    public async Task<Submission> SubmitAsync(Application application, Epoch epoch, ulong top, CancellationToken cancellationToken)
    {
        if (await ChainView.ReadAsync(client, top, cancellationToken) is not { } view)
            return Submission.Waiting;
        var polled = await queue.PollAsync(application, epoch, view, cancellationToken);
        switch (polled.Standing)
        {
            case TransactionStanding.Waiting:
                return Submission.Waiting;
            case TransactionStanding.Mined:
                return Submission.Mined;
            case TransactionStanding.Succeeded:
                // Its event is at or below the top, and yet the search did not find it.
                return Submission.SearchAgain;
            case TransactionStanding.RevertedTooOften:
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Failed,
                    $"claim_transactions_revert: {polled.Reverted} transactions with the claim of epoch {epoch.Index} were mined and "
                        + $"reverted, though each estimate had passed; the last is {polled.Transaction!.TransactionHash}. "
                        + $"No further gas is spent. Look at why it reverted, then run 'rollups app enable {application.Name}'.",
                    cancellationToken
                );
                return Submission.Waiting;
            default:
                return await SendAsync(application, epoch, view, cancellationToken);
        }
    }

    private async Task<Submission> SendAsync(Application application, Epoch epoch, ChainView view, CancellationToken cancellationToken)
    {
        // The contract must be called after the epoch's last block (NotPastBlock), in the next block at the earliest. An endpoint that
        // estimates inside the head refuses that once; the next head succeeds.
        if (view.Head < epoch.LastBlock)
            return Submission.Waiting;
        var data = ConsensusContract.SubmitClaim(application.Address, epoch.LastBlock, epoch.OutputsMerkleRoot!.Value);
        try
        {
            return
                await queue.SubmitAsync(
                    new TransactionRequest(application, epoch, TransactionKind.SubmitClaim, application.ConsensusAddress, data),
                    view,
                    cancellationToken
                ) == Sending.Mined
                ? Submission.Mined
                : Submission.Waiting;
        }
        catch (ContractRevertedException revert)
        {
            return await refused.JudgeAsync(application, epoch, revert, view.Top, cancellationToken);
        }
    }
}
