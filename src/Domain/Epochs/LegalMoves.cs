namespace Rollups.Domain;

/// <summary>
/// The table of legal status changes. Services move epochs along it by compare-and-set; the database's triggers hold the same table and
/// reject the rest.
/// </summary>
public static class LegalMoves
{
    /// <summary>Initial statuses of an epoch: one discovered late is stored as closed.</summary>
    public static IReadOnlyList<EpochStatus> First { get; } = [EpochStatus.Open, EpochStatus.Closed];

    /// <summary>
    /// Legal moves of an epoch. The two that lead back to <see cref="EpochStatus.ClaimCalculated"/> apply when L1 replaced the block
    /// of a claim or an acceptance.
    /// </summary>
    public static IReadOnlyList<(EpochStatus From, EpochStatus To)> OfEpochs { get; } =
    [
        (EpochStatus.Open, EpochStatus.Closed),
        (EpochStatus.Closed, EpochStatus.InputsProcessed),
        (EpochStatus.InputsProcessed, EpochStatus.ClaimCalculated),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimSubmitted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimRejected),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimRejected),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimCalculated),
        (EpochStatus.ClaimAccepted, EpochStatus.ClaimCalculated),
    ];
}
