using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;

namespace Rollups.Api.Methods;

/// <summary>Methods about tournaments and what happens in them (PRT). Applications of other kinds have none.</summary>
internal static class TournamentMethods
{
    private static readonly RpcParameter[] OneMatch =
    [
        Parameters.Application,
        Parameters.EpochIndex,
        Parameters.TournamentAddress,
        Parameters.IdHash,
    ];

    private static readonly RpcParameter[] OfTournament =
    [
        Parameters.Application,
        Parameters.EpochIndex.Optional,
        Parameters.TournamentAddress.Optional,
        .. Parameters.Page,
    ];

    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireTournament>(
                "cartesi_listTournaments",
                "The tournaments of an application, by epoch.",
                [
                    Parameters.Application,
                    Parameters.EpochIndex.Optional,
                    Parameters.Level,
                    Parameters.ParentTournament,
                    Parameters.ParentMatch,
                    .. Parameters.Page,
                ],
                TournamentPages.TournamentsAsync
            ),
            RpcMethod.Get<WireTournament>(
                "cartesi_getTournament",
                "One tournament.",
                [Parameters.Application, Parameters.Address],
                async call =>
                {
                    var address = call.Get(Parameters.Address);
                    return await TournamentRows
                            .Tournaments(call.Db, await call.ApplicationIdAsync(), rows => rows.Where(row => row.Address == address))
                            .SingleOrDefaultAsync(call.Token)
                        ?? throw RpcErrors.Missing($"The application has no tournament {address}.");
                },
                canMiss: true
            ),
            RpcMethod.List<WireCommitment>(
                "cartesi_listCommitments",
                "The commitments that joined tournaments of an application, by epoch.",
                OfTournament,
                TournamentPages.CommitmentsAsync
            ),
            RpcMethod.Get<WireCommitment>(
                "cartesi_getCommitment",
                "One commitment.",
                [Parameters.Application, Parameters.EpochIndex, Parameters.TournamentAddress, Parameters.Commitment],
                async call =>
                {
                    var commitment = call.Get(Parameters.Commitment);
                    var rows = TournamentRows.Commitments(call.Db, await TournamentRows.OneAsync(call));
                    return await rows.SingleOrDefaultAsync(row => row.Commitment == commitment, call.Token)
                        ?? throw RpcErrors.Missing($"The tournament has no commitment {commitment}.");
                },
                canMiss: true
            ),
            RpcMethod.List<WireMatch>(
                "cartesi_listMatches",
                "The matches of tournaments of an application, by epoch.",
                OfTournament,
                TournamentPages.MatchesAsync
            ),
            RpcMethod.Get<WireMatch>("cartesi_getMatch", "One match.", OneMatch, GetMatchAsync, canMiss: true),
            RpcMethod.List<WireMatchAdvance>(
                "cartesi_listMatchAdvances",
                "The bisection steps of a match, by block.",
                [.. OneMatch, .. Parameters.Page],
                TournamentPages.AdvancesAsync
            ),
            Advance("cartesi_getMatchAdvanced"),
            Advance("cartesi_getMatchAdvance"),
        ];

    private static RpcMethod Advance(string name) =>
        RpcMethod.Get<WireMatchAdvance>(
            name,
            "One bisection step of a match.",
            [.. OneMatch, Parameters.Parent],
            async call =>
            {
                var (id, parent) = (call.Get(Parameters.IdHash), call.Get(Parameters.Parent));
                var rows = TournamentRows.Advances(call.Db, await TournamentRows.OneAsync(call));
                return await rows.SingleOrDefaultAsync(row => row.IdHash == id && row.OtherParent == parent, call.Token)
                    ?? throw RpcErrors.Missing($"The match has no step whose parent is {parent}.");
            },
            canMiss: true
        );

    private static async Task<WireMatch> GetMatchAsync(RpcCall call)
    {
        var id = call.Get(Parameters.IdHash);
        var rows = TournamentRows.Matches(call.Db, await TournamentRows.OneAsync(call));
        return await rows.SingleOrDefaultAsync(row => row.IdHash == id, call.Token)
            ?? throw RpcErrors.Missing($"The tournament has no match {id}.");
    }
}
