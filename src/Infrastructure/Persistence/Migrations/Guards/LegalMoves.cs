namespace Rollups.Persistence.Migrations.Guards;

/// <summary>The moves that the database lets through, whatever code asks for them.</summary>
internal static class LegalMoves
{
    /// <summary>Tables whose index counts 0, 1, 2, ... in each application.</summary>
    public static readonly string[] ContinuousTables = ["inputs", "outputs", "reports"];

    /// <summary>Legal epoch moves, as SQL pairs.</summary>
    public static string EpochPairs { get; } = string.Join(", ", new (EpochStatus From, EpochStatus To)[]
    {
        (EpochStatus.Open, EpochStatus.Closed),
        (EpochStatus.Closed, EpochStatus.InputsProcessed),
        (EpochStatus.InputsProcessed, EpochStatus.ClaimCalculated),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimSubmitted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimCalculated, EpochStatus.ClaimRejected),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimAccepted),
        (EpochStatus.ClaimSubmitted, EpochStatus.ClaimRejected),
    }.Select(move => $"('{Words.Of(move.From)}', '{Words.Of(move.To)}')"));
}
