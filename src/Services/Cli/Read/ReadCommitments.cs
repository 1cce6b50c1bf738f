using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read commitments APP</c>.</summary>
internal static class ReadCommitments
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only commitments of this epoch's tournaments.");
        var tournament = Typed.Address("--tournament", "Only commitments of this tournament.");
        return ReadVerb.Create(
            "commitments",
            "Lists the commitments that joined the tournaments of a PRT application, those of the newest epoch first.",
            ["rollups read commitments honeypot --epoch 12", "rollups read commitments honeypot --limit 10 --json"],
            new PageOptions<DisputeKey>(DisputeKey.Parse),
            [epoch, tournament],
            new ListedRows<DisputeKey, CommitmentRow>(
                async (request, cancellationToken) =>
                {
                    var tournaments = Disputes.TournamentsOf(request, epoch, tournament);
                    var rows = tournaments.Join(
                        request.Database.Db.TournamentCommitments.AsNoTracking(),
                        one => new { one.ApplicationId, TournamentAddress = one.Address },
                        row => new { row.ApplicationId, row.TournamentAddress },
                        (one, row) => new { one.EpochIndex, Row = row }
                    );
                    if (request.Page.After is { Value: { Tournament: var of, Hash: var hash, Epoch: var number } })
                        rows = rows.Where(it =>
                            it.EpochIndex != number
                            || it.Row.TournamentAddress > of
                            || (it.Row.TournamentAddress == of && it.Row.Commitment > hash)
                        );
                    var sorted = request.Page.Ascending ? rows.OrderBy(it => it.EpochIndex) : rows.OrderByDescending(it => it.EpochIndex);
                    var page = await sorted
                        .ThenBy(it => it.Row.TournamentAddress)
                        .ThenBy(it => it.Row.Commitment)
                        .ToPageAsync(
                            request.Page.Limit,
                            it => CommitmentRow.Of(it.Row, it.EpochIndex),
                            it => new DisputeKey(it.EpochIndex, it.Row.TournamentAddress, it.Row.Commitment).ToString(),
                            cancellationToken
                        );
                    return page;
                },
                "No commitments.",
                output =>
                    [
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("TOURNAMENT", row => row.TournamentAddress.ToString(), ColumnKind.Hex),
                        new("COMMITMENT", row => row.Commitment.ToString(), ColumnKind.Hex),
                        new("FINAL STATE", row => row.FinalStateHash.ToString(), ColumnKind.Hex),
                        new("SUBMITTER", row => row.Submitter.ToString(), ColumnKind.Hex),
                        new("BLOCK", row => $"{row.BlockNumber}", ColumnKind.Number),
                        new("TRANSACTION", row => row.TransactionHash.ToString(), ColumnKind.Hex),
                    ]
            )
            {
                HasIndex = false,
                FromApi = (request, output, cancellationToken) =>
                {
                    var parameters = request.Parameters().With("epoch_index", request.Parsed.GetValue(epoch));
                    if (request.Parsed.GetValue(tournament) is { } address)
                        parameters["tournament_address"] = address.ToString();
                    return request.FirstAsync("cartesi_listCommitments", parameters, output, CommitmentRow.Of, cancellationToken);
                },
            }
        );
    }
}
