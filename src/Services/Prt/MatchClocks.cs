using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>Reads the clocks of matches.</summary>
internal sealed class MatchClocks(IEthereumClient client)
{
    /// <summary>Returns the matches with their clocks as of a block, in one batch.</summary>
    public async Task<IReadOnlyList<RunningMatch>> ReadAsync(
        IReadOnlyList<TournamentMatch> matches,
        ulong block,
        CancellationToken cancellationToken
    )
    {
        if (matches.Count == 0)
            return [];
        var clocks = await client.CallManyAsync(
            [
                .. matches.SelectMany(match =>
                    new[]
                    {
                        TournamentContract.GetCommitment(match.TournamentAddress, match.CommitmentOne),
                        TournamentContract.GetCommitment(match.TournamentAddress, match.CommitmentTwo),
                    }
                ),
            ],
            BlockTag.At(block),
            cancellationToken
        );
        return [.. matches.Select((match, i) => new RunningMatch(match, Decode(clocks[2 * i]), Decode(clocks[(2 * i) + 1])))];
    }

    private static JoinedCommitment Decode(CallOutcome outcome) =>
        TournamentContract.DecodeCommitment(outcome.Data ?? throw outcome.Error!);
}
