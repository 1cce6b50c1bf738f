using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>What follows when a contract would refuse a move. Nothing was sent and no gas is spent.</summary>
internal sealed partial class RefusedMoves(RecordOutcomes record, ILogger<RefusedMoves> logger)
{
    // The words that were told last of an epoch's move: said once, not at every head.
    private readonly ConcurrentDictionary<(int Application, ulong Epoch, TransactionKind Kind), string> _told = new();

    public async Task<Play> JudgeAsync(TransactionRequest request, ContractRevertedException revert, CancellationToken cancellationToken)
    {
        var (application, epoch) = (request.Application, request.Epoch);
        var words = revert.RevertData.Count == 0 ? revert.NodeMessage : RevertReason.Describe(revert.RevertData);
        switch (revert.Selector)
        {
            case RevertReason.CommitmentProofWrongSize or RevertReason.CommitmentFinalStateMismatch or RevertReason.InvalidOutputsMerkleRootProof or RevertReason.InvalidOutputsMerkleRootProofSize:
                await record.HaltedAsync(
                    application, InoperableKind.Corrupted,
                    $"prt_corrupt_proof: {Words.Of(request.Kind)} of epoch {epoch.Index} at {request.To} would revert with {words}: the stored proof does not lead from {epoch.MachineHash} to what the contract has. Nothing was sent. Set the application up anew from L1.",
                    cancellationToken);
                return new Play(PlayStep.LookAgain);
            case RevertReason.IncorrectEpochNumber or RevertReason.TournamentIsClosed or RevertReason.TournamentIsFinished or RevertReason.TournamentNotFinishedYet
                or RevertReason.TournamentFailedNoWinner or RevertReason.ClockNotTimedOut:
                // Somebody was faster, or the endpoint that estimates is a block behind or ahead: the next look sees it.
                LogOvertaken(logger, application.Name, Words.Of(request.Kind), epoch.Index, words);
                return new Play(PlayStep.Waiting, 0);
            default:
                if (_told.TryGetValue((application.Id, epoch.Index, request.Kind), out var told) && told == words)
                {
                    LogOvertaken(logger, application.Name, Words.Of(request.Kind), epoch.Index, words);
                }
                else
                {
                    _told[(application.Id, epoch.Index, request.Kind)] = words;
                    LogRefused(logger, application.Name, Words.Of(request.Kind), epoch.Index, request.To, words);
                }

                return new Play(PlayStep.Waiting, 0);
        }
    }

    [LoggerMessage(20, LogLevel.Debug, "{Application}: {Kind} of epoch {Epoch} would revert with {Reason}. Nothing was sent; the next head decides anew.")]
    private static partial void LogOvertaken(ILogger logger, string application, string kind, ulong epoch, string reason);

    [LoggerMessage(21, LogLevel.Warning, "{Application}: {Kind} of epoch {Epoch} at {Contract} would revert with {Reason}. Nothing was sent; each head tries again.")]
    private static partial void LogRefused(ILogger logger, string application, string kind, ulong epoch, Address contract, string reason);
}
