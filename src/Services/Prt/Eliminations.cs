using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>The call that ends a match that nobody can win any more. Any account may make it.</summary>
internal static class Eliminations
{
    public static CallRequest Of(RunningMatch match) =>
        new(
            match.Match.TournamentAddress,
            match.Inner is { } inner
                ? TournamentContract.EliminateInnerTournament(inner.Address)
                : TournamentContract.EliminateMatchByTimeout(match.Match.CommitmentOne, match.Match.CommitmentTwo)
        );
}
