using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>What the kinds of transactions mean.</summary>
internal static class TransactionKinds
{
    /// <summary>Whether an epoch in that status still wants such a transaction.</summary>
    public static bool IsWanted(this TransactionKind kind, EpochStatus status) =>
        kind switch
        {
            TransactionKind.SubmitClaim => status == EpochStatus.ClaimCalculated,
            // A join that L1 took back is wanted again, however far the epoch has come with it.
            TransactionKind.JoinTournament
            or TransactionKind.Settle
            or TransactionKind.WinMatchByTimeout
            or TransactionKind.EliminateMatch => status is EpochStatus.ClaimCalculated or EpochStatus.ClaimSubmitted,
            TransactionKind.RecoverBond => status == EpochStatus.ClaimAccepted,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>Whether it tells L1 our result of the epoch, which was made of the epoch's inputs.</summary>
    public static bool TellsResult(this TransactionKind kind) => kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament;

    /// <summary>Whether an epoch needs it mined once, with success, and never again.</summary>
    public static bool IsMadeOnce(this TransactionKind kind) =>
        kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament or TransactionKind.Settle;

    /// <summary>
    /// What is added to the gas estimate, in percent. The estimate is of the head's state without what is in the pool, and the transaction
    /// may be mined on another. Unused gas is not paid for.
    /// </summary>
    public static int GasMarginPercent(this TransactionKind kind) =>
        kind switch
        {
            // The vote that decides a Quorum accepts the claim as well, and which vote that is shows when it is mined.
            TransactionKind.SubmitClaim => 100,
            // 189k gas alone, 300k where it is paired with a commitment that was mined first (measured on Dave 2.1.1).
            TransactionKind.JoinTournament => 100,
            // 280k to 340k were seen on Dave 2.1.1; the winner's submitter is paid in it, whose code may do more another time.
            TransactionKind.Settle => 50,
            // A refunded move: its estimate has gas price 0 and leaves out the refund. 157k were estimated and ran out (Dave 2.1.1). The
            // winner may be paired anew as well.
            TransactionKind.WinMatchByTimeout => 150,
            // Refunded too: Dave 2.1.1 itself reckons with 87k in all.
            TransactionKind.EliminateMatch => 150,
            // The winner's submitter is paid in it.
            TransactionKind.RecoverBond => 50,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>For a log line: "the claim" of an epoch.</summary>
    public static string Describe(this TransactionKind kind) =>
        kind switch
        {
            TransactionKind.SubmitClaim => "claim",
            TransactionKind.JoinTournament => "joining of the tournament",
            TransactionKind.Settle => "settlement",
            TransactionKind.WinMatchByTimeout => "win by timeout in a match",
            TransactionKind.EliminateMatch => "elimination of a match",
            TransactionKind.RecoverBond => "recovery of the bond",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
}
