using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// The table of contract refusals: @cartesi/rollups 2.2.0 and Dave 2.1.1. Consulted before a transaction is sent, for the estimate, and
/// after one was mined and reverted, for the same call at its block.
/// </summary>
public static class Refusals
{
    private const string AlreadyJoined = "clock is initialized";
    private const string NoSuchMatch = "match does not exist";
    private const string NoTimeLeft = "can't create clock with zero time";
    private const string NoValidator = "caller is not validator";

    /// <summary>Classifies a refusal.</summary>
    /// <param name="kind">What was to be sent.</param>
    /// <param name="revert">How it was refused.</param>
    public static Refusal Of(TransactionKind kind, ContractRevertedException revert)
    {
        // Some L1 nodes return only the text of an Error(string), without its data.
        var words = revert.Selector is null or RevertReason.ErrorString ? revert.Reason : "";
        return kind switch
        {
            TransactionKind.SubmitClaim => revert.Selector switch
            {
                // The account, or any owner an Authority has had, has claimed the epoch, with whatever root.
                RevertReason.NotFirstClaim => Refusal.Overtaken,
                RevertReason.NotPastBlock => Refusal.MayComeLater,
                RevertReason.NotEpochFinalBlock or RevertReason.OwnableUnauthorizedAccount => Refusal.NeverSucceeds,
                _ => Has(words, NoValidator) ? Refusal.NeverSucceeds : Refusal.Unknown,
            },
            TransactionKind.JoinTournament => revert.Selector switch
            {
                RevertReason.TournamentIsClosed => Refusal.Overtaken,
                // The bond is read each time.
                RevertReason.InsufficientBond => Refusal.MayComeLater,
                RevertReason.CommitmentProofWrongSize or RevertReason.CommitmentFinalStateMismatch => Refusal.NeverSucceeds,
                _ => Has(words, AlreadyJoined) ? Refusal.Overtaken : Refusal.Unknown,
            },
            TransactionKind.Settle => revert.Selector switch
            {
                RevertReason.IncorrectEpochNumber => Refusal.Overtaken,
                RevertReason.TournamentNotFinishedYet => Refusal.MayComeLater,
                RevertReason.TournamentFailedNoWinner
                or RevertReason.InvalidOutputsMerkleRootProof
                or RevertReason.InvalidOutputsMerkleRootProofSize => Refusal.NeverSucceeds,
                // The bond was paid out before the settlement, which insists on paying it.
                RevertReason.Panic when revert.IsFailedAssertion => Refusal.NeverSucceeds,
                _ => Refusal.Unknown,
            },
            TransactionKind.WinMatchByTimeout => revert.Selector switch
            {
                RevertReason.TournamentIsFinished => Refusal.Overtaken,
                RevertReason.ClockNotTimedOut => Refusal.MayComeLater,
                RevertReason.WrongChildren => Refusal.NeverSucceeds,
                _ => Has(words, NoSuchMatch) ? Refusal.Overtaken
                : Has(words, NoTimeLeft) ? Refusal.NeverSucceeds
                : Refusal.Unknown,
            },
            TransactionKind.EliminateMatch => revert.Selector switch
            {
                RevertReason.TournamentIsFinished => Refusal.Overtaken,
                RevertReason.BothClocksHaveNotTimedOut or RevertReason.ChildTournamentCannotBeEliminated => Refusal.MayComeLater,
                _ => Has(words, NoSuchMatch) ? Refusal.Overtaken : Refusal.Unknown,
            },
            TransactionKind.RecoverBond => revert.Selector switch
            {
                RevertReason.Panic when revert.IsFailedAssertion => Refusal.Overtaken,
                RevertReason.TournamentNotFinished => Refusal.MayComeLater,
                RevertReason.NoWinner => Refusal.NeverSucceeds,
                _ => Refusal.Unknown,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.Ordinal);
}
