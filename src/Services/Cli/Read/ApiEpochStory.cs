using System.Numerics;
using System.Text.Json.Nodes;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Cli.Read;

/// <summary>The story of an epoch from the node's API: the proof by JSON-RPC, times and transactions by <c>GET /epochs</c>.</summary>
internal static class ApiEpochStory
{
    /// <exception cref="OperatorException">There is no such epoch.</exception>
    public static async Task<EpochStory> ReadAsync(
        NodeApi api,
        ApplicationKey key,
        ulong index,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(api);
        var parameters = new JsonObject { ["application"] = key.ToString(), ["epoch_index"] = ApiPages.Hex(index) };
        var application = new WireRow(
            await api.CallAsync("cartesi_getApplication", new JsonObject { ["application"] = key.ToString() }, cancellationToken)
        ).Row("data");
        var epoch = new WireRow(await api.CallAsync("cartesi_getEpoch", parameters, cancellationToken)).Row("data");
        var (name, address) = (application.Text("name"), application.Address("iapplication_address"));
        var bare = new EpochStory(name, address, EpochRow.Of(epoch), null, [], null, null, null, [], EpochProof.Of(epoch))
        {
            IsFromApi = true,
        };
        if (await api.FindAsync($"epochs/{address}/{index}", cancellationToken) is not { } found)
        {
            output.Note("The API at this address tells no stories of epochs, so times and transactions are missing.");
            return bare;
        }

        var story = new WireRow(found);
        return bare with
        {
            Epoch = bare.Epoch with
            {
                StatusSince = story.FindTime("since"),
                AcceptanceTransactionHash = story.FindHash("acceptance_transaction_hash"),
                IsProvisional = story.Flag("is_provisional"),
                ClaimRound = (int)story.Number("times_reverted"),
            },
            Stages = [.. StagesOf(story)],
            RejectionReason = story.FindText("rejection_reason"),
            TraceId = story.FindText("trace_id"),
            Transactions = [.. story.Rows("transactions").Select(TransactionOf)],
        };
    }

    private static IEnumerable<EpochStage> StagesOf(WireRow story)
    {
        DateTimeOffset? before = null;
        foreach (var (name, time, cause) in NamesOf(story))
        {
            yield return new EpochStage(name, time, time - before, cause);
            before = time;
        }
    }

    private static IEnumerable<(string Name, DateTimeOffset Time, StageCause? Cause)> NamesOf(WireRow story)
    {
        foreach (var stage in story.Rows("stages"))
        {
            var state = stage.Stage("state");
            yield return (EpochStage.NameOf(state), stage.Time("at"), CauseOf(stage.FindRow("cause")));
            if (state == EpochStatus.ClaimCalculated && story.FindTime("reverted_at") is { } reverted)
                yield return (EpochStage.Reverted, reverted, CauseOf(story.FindRow("revert_cause")));
        }
    }

    private static StageCause? CauseOf(WireRow? found) =>
        found is { } cause
            ? new StageCause(
                cause.Word<StepCause>("kind"),
                cause.FindId("caused_by_message_id"),
                cause.FindId("message_id") ?? Guid.Empty,
                cause.FindText("trace_parent")
            )
            : null;

    private static EpochTransaction TransactionOf(WireRow row)
    {
        var sent = TransactionRow.Of(row);
        return new EpochTransaction(
            sent,
            [.. row.Rows("replaced").Select(version => version.Hash("hash"))],
            row.FindRow("mined") is { } mined
                ? new MinedTransaction(
                    mined.Hash("hash"),
                    mined.Number("block_number"),
                    MinedTransaction.HasSucceeded(sent.State),
                    mined.Number("gas_used"),
                    (BigInteger)mined.Decimal("fee")
                )
                : null
        );
    }
}
