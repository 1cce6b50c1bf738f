using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>Properties of the kinds of transactions.</summary>
internal static class TransactionKinds
{
    /// <summary>Whether an epoch in that status still needs such a transaction.</summary>
    public static bool IsWanted(this TransactionKind kind, EpochStatus status) =>
        kind switch
        {
            TransactionKind.SubmitClaim => status == EpochStatus.ClaimCalculated,
            // A join that L1 reverted is needed again, however far the epoch has come with it.
            TransactionKind.JoinTournament
            or TransactionKind.Settle
            or TransactionKind.WinMatchByTimeout
            or TransactionKind.EliminateMatch => status is EpochStatus.ClaimCalculated or EpochStatus.ClaimSubmitted,
            TransactionKind.RecoverBond => status == EpochStatus.ClaimAccepted,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>Whether it sends L1 our result of the epoch, computed from the epoch's inputs.</summary>
    public static bool CarriesResult(this TransactionKind kind) => kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament;

    /// <summary>Whether an epoch needs it mined successfully exactly once.</summary>
    public static bool IsMadeOnce(this TransactionKind kind) =>
        kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament or TransactionKind.Settle;

    /// <summary>
    /// Margin on the gas estimate, in percent. The estimate uses the head's state without the pool, and the transaction may be mined on
    /// another state. Unused gas is not paid for.
    /// </summary>
    public static int GasMarginPercent(this TransactionKind kind) =>
        kind switch
        {
            // The vote that decides a Quorum accepts the claim as well; which vote that is shows only when it is mined.
            TransactionKind.SubmitClaim => 100,
            // 189k gas alone, 300k if paired with a commitment mined first (measured on Dave 2.1.1).
            TransactionKind.JoinTournament => 100,
            // 280k to 340k were measured on Dave 2.1.1; it pays the winner's submitter, whose code may use more another time.
            TransactionKind.Settle => 50,
            // A refunded move: its estimate has gas price 0 and omits the refund. 157k were estimated and ran out (Dave 2.1.1). The
            // winner may also be paired again.
            TransactionKind.WinMatchByTimeout => 150,
            // Refunded too: Dave 2.1.1 itself assumes 87k in all.
            TransactionKind.EliminateMatch => 150,
            // It pays the winner's submitter.
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
