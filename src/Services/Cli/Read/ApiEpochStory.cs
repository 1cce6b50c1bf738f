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
        var bare = new EpochStory(name, address, EpochRow.Of(epoch), null, [], null, null, [], EpochProof.Of(epoch)) { IsFromApi = true };
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
            Transactions = [.. story.Rows("transactions").Select(row => TransactionOf(index, row))],
        };
    }

    private static IEnumerable<EpochStage> StagesOf(WireRow story)
    {
        DateTimeOffset? before = null;
        foreach (var stage in story.Rows("stages"))
        {
            var time = stage.Time("at");
            var name = stage.Stage("state") is var state && state == EpochStatus.Open ? "opened" : NameOf(state);
            yield return new EpochStage(name, time, time - before);
            before = time;
        }
    }

    private static string NameOf(EpochStatus state) => EnumNames.Of(state).Replace('_', ' ').ToLowerInvariant();

    private static EpochTransaction TransactionOf(ulong epoch, WireRow row) =>
        new(
            new TransactionRow(
                epoch,
                row.Word<TransactionKind>("kind"),
                row.Word<TransactionState>("outcome"),
                row.Address("signer"),
                row.Number("nonce"),
                row.Hash("hash"),
                row.Address("to"),
                row.Decimal("value"),
                row.Number("gas_limit"),
                row.Number("max_fee_per_gas"),
                row.Number("max_priority_fee_per_gas"),
                row.Number("sent_at_block"),
                null,
                row.Time("created_at"),
                row.Time("updated_at")
            ),
            [.. row.Rows("replaced").Select(version => version.Hash("hash"))],
            null
        );
}
