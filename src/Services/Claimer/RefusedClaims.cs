using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Claimer;

/// <summary>Handles claims that the contract would refuse. Nothing was sent and no gas is spent.</summary>
internal sealed partial class RefusedClaims(
    IEthereumClient client,
    ITransactionSigner signer,
    RecordClaims record,
    ILogger<RefusedClaims> logger
)
{
    // The warning logged last for an application's claim: logged once, not at every head.
    private readonly ConcurrentDictionary<int, (ulong Epoch, string Warning)> _told = new();

    public async Task<Submission> JudgeAsync(
        Application application,
        Epoch epoch,
        ContractRevertedException revert,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var words = revert.Reason;
        var about = $"The claim of epoch {epoch.Index} (last block {epoch.LastBlock}) would revert with {words}";
        switch (Refusals.Of(TransactionKind.SubmitClaim, revert))
        {
            case Refusal.Overtaken:
                // The claim's event decides, not the refusal.
                LogNotFirst(logger, application.Name, epoch.Index);
                return Submission.SearchAgain;
            case Refusal.MayComeLater:
                LogNotPast(logger, application.Name, epoch.Index, words);
                return Submission.Waiting;
            case Refusal.NeverSucceeds when revert.Selector == RevertReason.NotEpochFinalBlock:
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Failed,
                    $"claim_refused_by_epoch_length: {about}: the application was registered with {application.EpochLength} blocks an "
                        + $"epoch, and the consensus contract {application.ConsensusAddress} has another number. Register the application "
                        + $"anew.",
                    cancellationToken
                );
                return Submission.Waiting;
            case Refusal.NeverSucceeds when revert.Selector == RevertReason.OwnableUnauthorizedAccount:
                await NotOwnerAsync(application, epoch, about, words, top, cancellationToken);
                return Submission.Waiting;
            case Refusal.NeverSucceeds:
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Failed,
                    $"claim_refused_to_no_validator: {about}: the account {signer.Address} is not a validator of the Quorum "
                        + $"{application.ConsensusAddress}. Give a validator's key in section Signer, then run "
                        + $"'rollups app enable {application.Name}'.",
                    cancellationToken
                );
                return Submission.Waiting;
            default:
                var level = Level(application, epoch, words);
                LogRefused(logger, level, application.Name, epoch.Index, words);
                return Submission.Waiting;
        }
    }

    /// <summary>
    /// Stops the application only if another account is certainly the owner: an ownership change in progress may be to us.
    /// </summary>
    private async Task NotOwnerAsync(
        Application application,
        Epoch epoch,
        string about,
        string words,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        Address now,
            settled;
        try
        {
            now = await OwnerAsync(application, BlockTag.Latest, cancellationToken);
            settled = await OwnerAsync(application, BlockTag.At(top), cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException or AbiException)
        {
            var level = Level(application, epoch, $"{words}, owner unknown: {exception.Message}");
            LogOwnerUnknown(logger, level, application.Name, epoch.Index, words, exception.Message);
            return;
        }

        if (now == settled && now != signer.Address)
        {
            await record.HaltedAsync(
                application,
                epoch,
                InoperableKind.Failed,
                $"claim_refused_to_no_owner: {about}: the account {signer.Address} is not the owner {now} of the Authority "
                    + $"{application.ConsensusAddress}. Give the owner's key in section Signer, then run "
                    + $"'rollups app enable {application.Name}'.",
                cancellationToken
            );
        }
        else
        {
            var level = Level(application, epoch, $"{words}, owners {settled} and {now}");
            LogOwnerMoves(logger, level, application.Name, epoch.Index, settled, now);
        }
    }

    /// <summary>A warning when it is new; debug while it lasts.</summary>
    private LogLevel Level(Application application, Epoch epoch, string warning)
    {
        var isTold = _told.TryGetValue(application.Id, out var told) && told == (epoch.Index, warning);
        _told[application.Id] = (epoch.Index, warning);
        return isTold ? LogLevel.Debug : LogLevel.Warning;
    }

    private async Task<Address> OwnerAsync(Application application, BlockTag block, CancellationToken cancellationToken) =>
        new AbiReader(await client.CallAsync(ConsensusContract.Owner(application.ConsensusAddress), block, cancellationToken)).Address(0);

    [LoggerMessage(
        20,
        LogLevel.Information,
        "{Application}: L1 already has a claim of epoch {Epoch}. The node reads it once its block is at the configured "
            + "tag, and sends none before that."
    )]
    private static partial void LogNotFirst(ILogger logger, string application, ulong epoch);

    [LoggerMessage(
        21,
        LogLevel.Information,
        "{Application}: it is too early for the claim of epoch {Epoch}: {Reason} (last block of the epoch, head). A small gap is an "
            + "endpoint that lags; a large one is another chain. The next head tries again."
    )]
    private static partial void LogNotPast(ILogger logger, string application, ulong epoch, string reason);

    [LoggerMessage(
        EventId = 22,
        Message = "{Application}: the claim of epoch {Epoch} would revert with {Reason}. Nothing was sent; each head tries again."
    )]
    private static partial void LogRefused(ILogger logger, LogLevel level, string application, ulong epoch, string reason);

    [LoggerMessage(
        EventId = 23,
        Message = "{Application}: the claim of epoch {Epoch} would revert with {Reason}, and the Authority's owner could not be read: "
            + "{Error} Each head tries again."
    )]
    private static partial void LogOwnerUnknown(
        ILogger logger,
        LogLevel level,
        string application,
        ulong epoch,
        string reason,
        string error
    );

    [LoggerMessage(
        EventId = 24,
        Message = "{Application}: the claim of epoch {Epoch} waits, because the Authority is changing hands: {Settled} owns it at the "
            + "configured tag, {Now} in the newest block."
    )]
    private static partial void LogOwnerMoves(
        ILogger logger,
        LogLevel level,
        string application,
        ulong epoch,
        Address settled,
        Address now
    );
}
