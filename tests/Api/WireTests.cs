using System.Text.Json.Nodes;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;

namespace Rollups.Api.Tests;

/// <summary>Words and encodings that published clients depend on.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Applications_have_intent_health_and_the_derived_state()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var all = (await api.ResultAsync("cartesi_listApplications"))["data"]!.AsArray();
        all.Select(Text("name")).ShouldBe(["broken", "dave", "echo", "off"]);
        all.Select(Text("status")).ShouldBe(["GUEST_EXCEPTION", "OK", "OK", "OK"]);
        all.Select(Text("state")).ShouldBe(["INOPERABLE", "ENABLED", "ENABLED", "DISABLED"]);
        all.Select(app => app!["enabled"]!.GetValue<bool>()).ShouldBe([true, true, true, false]);
        Text("reason")(all[0]).ShouldBe("input 4 raised an exception");
        Text("data_availability")(all[2]).ShouldStartWith("0xb12c9ede000000000000000000000000");
        Text("created_at")(all[2]).ShouldBe("2026-11-27T12:00:00.123456Z");
        Text("foreclose_transaction")(all[2]).ShouldBe(Hash32.Zero.ToString());
        Text("foreclose_block")(all[2]).ShouldBe("0x0");
    }

    [Fact]
    public async Task An_application_has_the_limits_that_its_operator_has_set_or_the_defaults()
    {
        await using var api = await ApiHost.StartAsync();
        await api.Host.ChangeAsync(async db =>
        {
            await Seed.AddAsync(db, "defaults", Seed.Dave);
            var set = await Seed.AddAsync(db, "set", Seed.Echo);
            db.Add(
                new ExecutionParameters
                {
                    ApplicationId = set,
                    SnapshotPolicy = SnapshotPolicy.EveryEpoch,
                    AdvanceMaxCycles = 255,
                    LoadTimeout = 2,
                    MaxConcurrentInspects = 3,
                    UpdatedAt = Seed.Start,
                }
            );
        });

        var all = (await api.ResultAsync("cartesi_listApplications"))["data"]!.AsArray();

        var (defaults, limits) = (all[0]!["execution_parameters"]!, all[1]!["execution_parameters"]!);
        (Text("snapshot_policy")(defaults), Text("snapshot_policy")(limits)).ShouldBe(("NONE", "EVERY_EPOCH"));
        (Text("advance_max_cycles")(defaults), Text("advance_max_cycles")(limits)).ShouldBe(("0x0", "0xff"));
        // Nanoseconds: five minutes, and two milliseconds.
        (Text("load_deadline")(defaults), Text("load_deadline")(limits)).ShouldBe(("0x45d964b800", "0x1e8480"));
        limits["max_concurrent_inspects"]!.GetValue<int>().ShouldBe(3);
        Text("updated_at")(limits).ShouldBe("2026-11-27T12:00:00.123456Z");
        var one = (await api.ResultAsync("cartesi_getApplication", new { application = "set" }))["data"]!;
        Text("advance_max_cycles")(one["execution_parameters"]).ShouldBe("0xff");
    }

    [Fact]
    public async Task A_calculated_claim_has_the_word_of_the_clients()
    {
        await using var api = await ApiHost.StartAsync();
        await api.Host.ChangeAsync(async db =>
        {
            var app = await Seed.AddAsync(db, "echo", Seed.Echo);
            db.Add(Seed.EpochOf(app, 3, 0, EpochStatus.Closed));
            await Seed.BringToAsync(db, app, 3, EpochStatus.ClaimCalculated);
        });
        var epoch = (await api.ResultAsync("cartesi_getEpoch", new { application = "echo", epoch_index = "0x3" }))["data"]!;
        Text("status")(epoch).ShouldBe("CLAIM_COMPUTED");
        epoch["outputs_merkle_proof"]!.AsArray().Count.ShouldBe(59);
        (await ListAsync(api, "cartesi_listEpochs", new { application = "echo", status = "CLAIM_COMPUTED" })).ShouldBe(["0x3"]);
        (await api.ErrorAsync("cartesi_listEpochs", new { application = "echo", status = "CLAIM_CALCULATED" })).ShouldBe(-32602);
        (await ListAsync(api, "cartesi_listEpochs", new { application = "echo", status = "CLAIM_STAGED" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Inputs_and_outputs_are_decoded()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var input = (await api.ResultAsync("cartesi_getInput", new { application = $"{Seed.Echo}", input_index = "0x0" }))["data"]!;
        Text("sender")(input["decoded_data"]).ShouldBe(Seed.Alice.ToString());
        Text("block_timestamp")(input["decoded_data"]).ShouldBe("0x6553f100");
        Text("payload")(input["decoded_data"]).ShouldBe("0x010203");
        Text("transaction_reference")(input).ShouldBe(Text("transaction_hash")(input));

        var outputs = (await api.ResultAsync("cartesi_listOutputs", new { application = "echo" }))["data"]!.AsArray();
        outputs
            .Select(output => output!["decoded_data"]?["type"]?.GetValue<string>())
            .ShouldBe(["Notice", "Voucher", "DelegateCallVoucher", null]);
        Text("value")(outputs[1]!["decoded_data"]).ShouldBe("0x5");
        Text("destination")(outputs[2]!["decoded_data"]).ShouldBe(Seed.Callee.ToString());
        outputs[0]!["output_hashes_siblings"]!.AsArray().Count.ShouldBe(63);
    }

    [Fact]
    public async Task An_explorer_accepts_the_version()
    {
        await using var api = await ApiHost.StartAsync();
        (await api.ResultAsync("cartesi_getNodeVersion"))["data"]!.GetValue<string>().ShouldMatch(@"^2\.0\.0-alpha\.\d+\+[0-9A-Za-z.-]+$");
        (await api.ResultAsync("cartesi_getChainId", Array.Empty<object>()))["data"]!.GetValue<string>().ShouldBe("0x7a69");
        (await api.ErrorAsync("cartesi_getNodeInfo")).ShouldBe(-31001);
    }

    internal static async Task<List<string>> ListAsync(ApiHost api, string method, object parameters) =>
        [.. (await api.ResultAsync(method, parameters))["data"]!.AsArray().Select(item => item!["index"]!.GetValue<string>())];

    private static Func<JsonNode?, string> Text(string name) => node => node![name]!.GetValue<string>();
}
