using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>Reads the clocks of matches, or how the tournaments ended that decide them one level down.</summary>
internal sealed class MatchClocks(IEthereumClient client)
{
    /// <summary>Returns the unfinished matches with their clocks as of a block, in one batch; a second one for the winners below.</summary>
    public async Task<IReadOnlyList<RunningMatch>> ReadAsync(
        ObservedTournaments observed,
        ulong block,
        CancellationToken cancellationToken
    )
    {
        var matches = observed.Running;
        if (matches.Count == 0)
            return [];
        var below = matches.Select(match => InnerOf(match, observed)).ToList();
        var inner = below.OfType<Address>().ToList();
        var answers = await client.CallManyAsync(
            [
                .. matches.SelectMany(match =>
                    new[]
                    {
                        TournamentContract.GetCommitment(match.TournamentAddress, match.CommitmentOne),
                        TournamentContract.GetCommitment(match.TournamentAddress, match.CommitmentTwo),
                    }
                ),
                .. inner.SelectMany(address =>
                    new[] { TournamentContract.TimeFinished(address), TournamentContract.ArbitrationResult(address) }
                ),
            ],
            BlockTag.At(block),
            cancellationToken
        );
        var lapses = await LapsesAsync(inner, [.. answers.Skip(2 * matches.Count)], block, cancellationToken);
        return
        [
            .. matches.Select(
                (match, i) =>
                    new RunningMatch(match, Decode(answers[2 * i]), Decode(answers[(2 * i) + 1]))
                    {
                        Inner = below[i] is { } address ? new InnerTournament(address, lapses.GetValueOrDefault(address)) : null,
                    }
            ),
        ];
    }

    /// <summary>Block from which on each inner tournament's result can win nothing any more; null while it can, or is unknown.</summary>
    private async Task<Dictionary<Address, ulong?>> LapsesAsync(
        List<Address> tournaments,
        IReadOnlyList<CallOutcome> answers,
        ulong block,
        CancellationToken cancellationToken
    )
    {
        var lapses = new Dictionary<Address, ulong?>();
        var won = new List<(Address Tournament, Hash32 Winner, ulong FinishedAt)>();
        for (var i = 0; i < tournaments.Count; i++)
        {
            // An endpoint that lags may not have the contract yet.
            if (Required(answers[2 * i]) is not { Length: > 0 } time || TournamentContract.DecodeTimeFinished(time) is not (true, var at))
                lapses[tournaments[i]] = null;
            else if (answers[(2 * i) + 1].Error?.Selector == RevertReason.TournamentFailedNoWinner)
                lapses[tournaments[i]] = at;
            else
                won.Add((tournaments[i], TournamentContract.DecodeArbitrationResult(Required(answers[(2 * i) + 1])).WinnerCommitment, at));
        }

        if (won.Count == 0)
            return lapses;
        var clocks = await client.CallManyAsync(
            [.. won.Select(item => TournamentContract.GetCommitment(item.Tournament, item.Winner))],
            BlockTag.At(block),
            cancellationToken
        );
        // canBeEliminated() of Dave 2.1: for as long as its winner's clock has left, the winner can be claimed above.
        for (var i = 0; i < won.Count; i++)
            lapses[won[i].Tournament] = won[i].FinishedAt + Decode(clocks[i]).Allowance;
        return lapses;
    }

    private static Address? InnerOf(TournamentMatch match, ObservedTournaments observed) =>
        observed
            .Tournaments.FirstOrDefault(tournament =>
                tournament.ParentAddress == match.TournamentAddress && tournament.ParentMatchIdHash == match.IdHash
            )
            ?.Address;

    private static JoinedCommitment Decode(CallOutcome outcome) => TournamentContract.DecodeCommitment(Required(outcome));

    private static byte[] Required(CallOutcome outcome) => outcome.Data ?? throw outcome.Error!;
}
