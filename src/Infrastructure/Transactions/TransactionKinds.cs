using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>What the kinds of transactions mean.</summary>
internal static class TransactionKinds
{
    /// <summary>Whether an epoch in that status still wants such a transaction.</summary>
    public static bool IsWanted(this TransactionKind kind, EpochStatus status) => kind switch
    {
        TransactionKind.SubmitClaim or TransactionKind.JoinTournament => status == EpochStatus.ClaimCalculated,
        TransactionKind.Settle or TransactionKind.WinMatchByTimeout => status is EpochStatus.ClaimCalculated or EpochStatus.ClaimSubmitted,
        TransactionKind.RecoverBond => status == EpochStatus.ClaimAccepted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Whether it tells L1 our result of the epoch, which was made of the epoch's inputs.</summary>
    public static bool TellsResult(this TransactionKind kind) => kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament;

    /// <summary>Whether an epoch needs it mined once, with success, and never again.</summary>
    public static bool IsMadeOnce(this TransactionKind kind) => kind is TransactionKind.SubmitClaim or TransactionKind.JoinTournament or TransactionKind.Settle;

    /// <summary>For a log line: "the claim" of an epoch.</summary>
    public static string Words(this TransactionKind kind) => kind switch
    {
        TransactionKind.SubmitClaim => "claim",
        TransactionKind.JoinTournament => "joining of the tournament",
        TransactionKind.Settle => "settlement",
        TransactionKind.WinMatchByTimeout => "win by timeout in a match",
        TransactionKind.RecoverBond => "recovery of the bond",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
