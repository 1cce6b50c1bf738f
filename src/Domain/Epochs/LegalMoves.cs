namespace Rollups.Domain;

/// <summary>
/// The table of legal moves. Services move an epoch by compare-and-set along it, and the database's triggers, made of it, refuse the rest.
/// </summary>
public static class LegalMoves
{
    /// <summary>Statuses that a new epoch may have: seen late, it is closed at once.</summary>
    public static IReadOnlyList<EpochStatus> First { get; } = [EpochStatus.Open, EpochStatus.Closed];

    /// <summary>
    /// The moves of an epoch. The two that lead back to <see cref="EpochStatus.ClaimCalculated"/> are for a claim or an acceptance whose
    /// block L1 has replaced.
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
