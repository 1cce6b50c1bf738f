using System.Text.Json.Nodes;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary>How an application is, from the API of the node.</summary>
internal static class ApiApplication
{
    private const string NoFault = "OK";

    /// <summary>Reads it: its row, its newest input and its newest epochs with their times.</summary>
    public static async Task<ApplicationStatus> LoadAsync(
        NodeApi api,
        ApplicationKey key,
        ulong? head,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(api);
        var row = new WireRow(await api.CallAsync("cartesi_getApplication", Of(key), cancellationToken)).Row("data");
        var newest = await NewestAsync("cartesi_listInputs", 1);
        var epochs = new List<EpochStage>();
        foreach (var epoch in await NewestAsync("cartesi_listEpochs", ApplicationStatus.NewestEpochs))
            epochs.Add(await StageAsync(api, row.Address("iapplication_address"), epoch, now, cancellationToken));
        var (name, state, fault) = (row.Text("name"), StateOf(row), FaultOf(row));
        return new ApplicationStatus(
            name,
            row.Address("iapplication_address"),
            row.Word<ConsensusType>("consensus_type"),
            state == ApplicationState.Enabled ? "HEALTHY" : EnumNames.Of(state),
            fault,
            row.FindText("reason"),
            ApplicationStatus.RemedyOf(name, state, fault),
            head,
            row.Number("last_input_check_block"),
            newest is [var last] ? last.Number("index") + 1 : 0,
            row.Number("processed_inputs"),
            epochs
        );

        async Task<IReadOnlyList<WireRow>> NewestAsync(string method, int limit)
        {
            var parameters = Of(key);
            parameters["descending"] = true;
            parameters["limit"] = limit;
            return new WireRow(await api.CallAsync(method, parameters, cancellationToken)).Rows("data");
        }
    }

    /// <summary>Its state. The API has no word for REMOVING: it is what is neither enabled nor disabled and has no fault.</summary>
    public static ApplicationState StateOf(WireRow row) =>
        row.Text("state") switch
        {
            "ENABLED" => ApplicationState.Enabled,
            "DISABLED" => ApplicationState.Disabled,
            _ => FaultOf(row) is null ? ApplicationState.Removing : ApplicationState.Inoperable,
        };

    /// <summary>The fault that stopped it.</summary>
    public static InoperableKind? FaultOf(WireRow row) => row.Text("status") == NoFault ? null : row.Word<InoperableKind>("status");

    private static JsonObject Of(ApplicationKey key) => new() { ["application"] = key.ToString() };

    private static async Task<EpochStage> StageAsync(
        NodeApi api,
        Address application,
        WireRow epoch,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var index = epoch.Number("index");
        var story = await api.FindAsync($"epochs/{application}/{index}", cancellationToken);
        var since = story is { } found ? new WireRow(found).FindTime("since") : null;
        return new EpochStage(
            index,
            epoch.Stage("status"),
            epoch.Number("input_index_upper_bound") - epoch.Number("input_index_lower_bound"),
            since,
            since is { } time ? Math.Round(Math.Max(0, (now - time).TotalSeconds), 1) : null
        );
    }
}
