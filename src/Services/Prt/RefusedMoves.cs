using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>Handles moves that a contract would refuse. Nothing was sent and no gas is spent.</summary>
internal sealed partial class RefusedMoves(RecordOutcomes record, StuckConsensus stuck, ILogger<RefusedMoves> logger)
{
    // The refusal logged last for an epoch's move: logged once, not at every head.
    private readonly ConcurrentDictionary<(int Application, ulong Epoch, TransactionKind Kind), string> _told = new();

    /// <param name="request">What was to be sent.</param>
    /// <param name="revert">How the contract would refuse it.</param>
    /// <param name="top">Number of the block at the configured tag: only a fact at that block stops an application.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public async Task<Play> JudgeAsync(
        TransactionRequest request,
        ContractRevertedException revert,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        var (application, epoch) = (request.Application, request.Epoch);
        switch (Refusals.Of(request.Kind, revert))
        {
            case Refusal.Overtaken or Refusal.MayComeLater:
                // Another sender was faster, or the estimating endpoint is a block behind or ahead: the next check shows it.
                LogOvertaken(logger, application.Name, EnumNames.Of(request.Kind), epoch.Index, revert.Reason);
                return SendMoves.EachHead;
            case Refusal.NeverSucceeds when IsOfProof(revert):
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Corrupted,
                    $"prt_corrupt_proof: {EnumNames.Of(request.Kind)} of epoch {epoch.Index} at {request.To} would revert with "
                        + $"{revert.Reason}: the stored proof does not lead from {epoch.MachineHash} to what the contract has. Nothing was "
                        + $"sent. Set the application up anew from L1.",
                    cancellationToken
                );
                return new Play(PlayStep.LookAgain);
            case Refusal.NeverSucceeds when revert.IsFailedAssertion && await stuck.JudgeAsync(application, epoch, top, cancellationToken):
                return new Play(PlayStep.LookAgain);
            case Refusal.NeverSucceeds:
                // Another move takes its place, or the state at the configured tag stops the application.
                LogFutile(logger, application.Name, EnumNames.Of(request.Kind), epoch.Index, revert.Reason);
                return SendMoves.EachHead;
            default:
                var key = (application.Id, epoch.Index, request.Kind);
                if (_told.TryGetValue(key, out var told) && told == revert.Reason)
                    LogOvertaken(logger, application.Name, EnumNames.Of(request.Kind), epoch.Index, revert.Reason);
                else
                    LogRefused(logger, application.Name, EnumNames.Of(request.Kind), epoch.Index, request.To, revert.Reason);
                _told[key] = revert.Reason;
                return SendMoves.EachHead;
        }
    }

    private static bool IsOfProof(ContractRevertedException revert) =>
        revert.Selector
            is RevertReason.CommitmentProofWrongSize
                or RevertReason.CommitmentFinalStateMismatch
                or RevertReason.InvalidOutputsMerkleRootProof
                or RevertReason.InvalidOutputsMerkleRootProofSize
                or RevertReason.WrongChildren;

    [LoggerMessage(
        20,
        LogLevel.Debug,
        "{Application}: {Kind} of epoch {Epoch} would revert with {Reason}. Nothing was sent; the next head decides anew."
    )]
    private static partial void LogOvertaken(ILogger logger, string application, string kind, ulong epoch, string reason);

    [LoggerMessage(
        22,
        LogLevel.Debug,
        "{Application}: {Kind} of epoch {Epoch} would revert with {Reason} and can never succeed any more. Nothing was sent; the next head "
            + "decides what takes its place."
    )]
    private static partial void LogFutile(ILogger logger, string application, string kind, ulong epoch, string reason);

    [LoggerMessage(
        21,
        LogLevel.Warning,
        "{Application}: {Kind} of epoch {Epoch} at {Contract} would revert with {Reason}. Nothing was sent; each head tries again."
    )]
    private static partial void LogRefused(ILogger logger, string application, string kind, ulong epoch, Address contract, string reason);
}
