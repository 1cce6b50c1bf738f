using System.Text.Json.Nodes;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>Each method once with an item and once without, and each answer as the OpenRPC document has it.</summary>
public sealed class EveryMethodTests
{
    private const string Zero = "0x0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Method, params that find something, params that find nothing (null: it always finds).</summary>
    private static readonly (string Method, object Found, object? Missing)[] Calls =
    [
        ("cartesi_listApplications", new { }, null),
        ("cartesi_getApplication", new { application = "echo" }, null),
        ("cartesi_getProcessedInputCount", new { application = "echo" }, null),
        ("cartesi_listEpochs", new { application = "echo" }, null),
        ("cartesi_getEpoch", new { application = "echo", epoch_index = "0x3" }, new { application = "echo", epoch_index = "0x4" }),
        (
            "cartesi_getEpochByVirtualIndex",
            new { application = "echo", virtual_index = "0x1" },
            new { application = "echo", virtual_index = "0x2" }
        ),
        ("cartesi_getLastAcceptedEpochIndex", new { application = "echo" }, new { application = "dave" }),
        ("cartesi_listInputs", new { application = "echo" }, null),
        ("cartesi_getInput", new { application = "echo", input_index = "0x1" }, new { application = "echo", input_index = "0x3" }),
        ("cartesi_listOutputs", new { application = "echo" }, null),
        ("cartesi_getOutput", new { application = "echo", output_index = "0x2" }, new { application = "echo", output_index = "0x4" }),
        ("cartesi_getExecutedOutputCount", new { application = "echo" }, null),
        ("cartesi_getPendingExecutableOutputCount", new { application = "echo" }, null),
        ("cartesi_listReports", new { application = "echo" }, null),
        (
            "cartesi_getReport",
            new { application = "echo", report_index = "0x0" },
            new { application = "echo", report_index = "0xffffffffffffffff" }
        ),
        ("cartesi_listWithdrawals", new { application = "echo" }, null),
        ("cartesi_getWithdrawal", null!, new { application = "echo", account_index = "0x0" }),
        ("cartesi_listBondEvents", new { application = "dave" }, null),
        (
            "cartesi_getBondEvent",
            null!,
            new
            {
                application = "dave",
                tx_hash = Zero,
                log_index = "0x0",
            }
        ),
        ("cartesi_listTournaments", new { application = "dave" }, null),
        (
            "cartesi_getTournament",
            new { application = "dave", address = $"{Seed.Root}" },
            new { application = "dave", address = $"{Seed.Echo}" }
        ),
        ("cartesi_listCommitments", new { application = "dave" }, null),
        ("cartesi_getCommitment", Of(commitment: Seed.HashOf(61).ToString()), Of(commitment: Zero)),
        ("cartesi_listMatches", new { application = "dave" }, null),
        ("cartesi_getMatch", Of(id: Seed.HashOf(65).ToString()), Of(id: Zero)),
        ("cartesi_listMatchAdvances", Of(id: Seed.HashOf(65).ToString()), null),
        ("cartesi_getMatchAdvanced", Of(Seed.HashOf(65).ToString(), Seed.HashOf(68).ToString()), Of(Seed.HashOf(65).ToString(), Zero)),
        ("cartesi_getMatchAdvance", Of(Seed.HashOf(65).ToString(), Seed.HashOf(68).ToString()), Of(Zero, Seed.HashOf(68).ToString())),
        ("cartesi_getNodeInfo", new { }, null),
        ("cartesi_getChainId", new { }, null),
        ("cartesi_getNodeVersion", new { }, null),
    ];

    [Theory]
    [OnBothDatabases]
    public async Task Every_answer_is_as_the_OpenRPC_document_has_it(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        var document = await api.ResultAsync("rpc.discover");
        document["openrpc"]!.GetValue<string>().ShouldBe("1.4.1");
        var methods = document["methods"]!.AsArray().ToDictionary(method => method!["name"]!.GetValue<string>(), method => method!);
        methods.Keys.ShouldBe(Calls.Select(call => call.Method), ignoreOrder: true);
        var schema = new Schema(document);

        foreach (var (name, found, missing) in Calls)
        {
            if (found is not null)
            {
                var result = await api.ResultAsync(name, found);
                schema.Problems(result, methods[name]["result"]!["schema"]!.AsObject()).ShouldBeEmpty(name);
                if (result["data"] is JsonArray items && !name.Contains("Withdrawal") && !name.Contains("Bond"))
                    items.ShouldNotBeEmpty(name);
            }

            if (missing is not null)
            {
                (await api.ErrorAsync(name, missing)).ShouldBe(-31001, name);
                CodesOf(methods[name]).ShouldContain(-31001, name);
            }

            if (ParametersOf(methods[name]).Contains("application"))
            {
                (await api.ErrorAsync(name, Elsewhere(found ?? missing!))).ShouldBe(-31002, name);
                CodesOf(methods[name]).ShouldContain(-31002, name);
            }
        }
    }

    [Fact]
    public async Task Parameters_have_the_same_meaning_by_position()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var document = await api.ResultAsync("rpc.discover");
        foreach (var method in document["methods"]!.AsArray())
        {
            var name = method!["name"]!.GetValue<string>();
            if (Array.Find(Calls, call => call.Method == name).Found is not { } found)
                continue;
            var named = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(found))!.AsObject();
            var positional = new JsonArray([.. ParametersOf(method).Select(parameter => named[parameter]?.DeepClone())]);
            (await api.ResultAsync(name, positional)).ToJsonString().ShouldBe((await api.ResultAsync(name, named)).ToJsonString(), name);
            positional.Add(null);
            (await api.ErrorAsync(name, positional)).ShouldBe(-32602, name);
        }
    }

    [Fact]
    public async Task Earlier_codes_can_be_chosen()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:LegacyErrorCodes", "true"));
        await Seed.AllAsync(api.Host);
        (await api.ErrorAsync("cartesi_getEpoch", new { application = "echo", epoch_index = "0x4" })).ShouldBe(-32001);
        (await api.ErrorAsync("cartesi_getApplication", new { application = "nobody" })).ShouldBe(-32002);
    }

    private static Dictionary<string, object?> Of(string? id = null, string? parent = null, string? commitment = null) =>
        new Dictionary<string, object?>
        {
            ["application"] = "dave",
            ["epoch_index"] = "0x0",
            ["tournament_address"] = Seed.Root.ToString(),
            ["id_hash"] = id,
            ["parent"] = parent,
            ["commitment"] = commitment,
        };

    private static JsonObject Elsewhere(object parameters)
    {
        var changed = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(parameters))!.AsObject();
        changed["application"] = "nobody";
        return changed;
    }

    private static List<string> ParametersOf(JsonNode method) =>
        [.. method["params"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>())];

    private static List<int> CodesOf(JsonNode method) => [.. method["errors"]!.AsArray().Select(error => error!["code"]!.GetValue<int>())];
}
