using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>Pages, totals and filters.</summary>
public sealed class PagingTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Filters_find_what_they_name_and_totals_are_those_of_the_filter(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);

        await FindsAsync(api, "Inputs", new { application = "echo" }, 3, "0x0", "0x1", "0x2");
        await FindsAsync(
            api,
            "Inputs",
            new
            {
                application = "echo",
                descending = true,
                limit = 2,
            },
            3,
            "0x2",
            "0x1"
        );
        await FindsAsync(api, "Inputs", new { application = "echo", offset = 2 }, 3, "0x2");
        await FindsAsync(api, "Inputs", new { application = "echo", offset = 9 }, 3);
        await FindsAsync(api, "Inputs", new { application = "echo", epoch_index = "0x3" }, 2, "0x0", "0x1");
        await FindsAsync(api, "Inputs", new { application = "echo", epoch_index = "0x5" }, 0);
        await FindsAsync(
            api,
            "Inputs",
            new
            {
                application = "echo",
                from = "0x1",
                to = "0x9",
            },
            2,
            "0x1",
            "0x2"
        );
        await FindsAsync(api, "Inputs", new { application = "echo", sender = $"{Seed.Alice}" }, 2, "0x0", "0x2");
        await FindsAsync(
            api,
            "Inputs",
            new
            {
                application = "echo",
                sender = $"{Seed.Alice}",
                epoch_index = "0x7",
            },
            1,
            "0x2"
        );
        await FindsAsync(api, "Inputs", new { application = "echo", transaction_hash = $"{Seed.HashOf(101)}" }, 1, "0x1");
        await FindsAsync(api, "Inputs", new { application = "off" }, 0);

        await FindsAsync(api, "Outputs", new { application = "echo", output_type = "0xc258d6e5" }, 1, "0x0");
        await FindsAsync(
            api,
            "Outputs",
            new { application = "echo", output_type = new[] { "0x237a816f", "0x10321e8b" } },
            2,
            "0x1",
            "0x2"
        );
        await FindsAsync(
            api,
            "Outputs",
            new
            {
                application = "echo",
                voucher_address = $"{Seed.Callee}",
                descending = true,
            },
            2,
            "0x2",
            "0x1"
        );
        await FindsAsync(
            api,
            "Outputs",
            new
            {
                application = "echo",
                voucher_address = $"{Seed.Callee}",
                executed = false,
            },
            1,
            "0x2"
        );
        await FindsAsync(api, "Outputs", new { application = "echo", executed = true }, 1, "0x1");
        await FindsAsync(api, "Outputs", new { application = "echo", executed = false }, 3, "0x0", "0x2", "0x3");
        await FindsAsync(
            api,
            "Outputs",
            new
            {
                application = "echo",
                input_index = "0x0",
                offset = 3,
            },
            4,
            "0x3"
        );
        await FindsAsync(api, "Outputs", new { application = "echo", epoch_index = "0x7" }, 0);
        await FindsAsync(
            api,
            "Outputs",
            new
            {
                application = "echo",
                epoch_index = "0x3",
                input_index = "0x1",
            },
            0
        );

        await FindsAsync(api, "Reports", new { application = "echo", input_index = "0x1" }, 1, "0x1");
        await FindsAsync(
            api,
            "Reports",
            new
            {
                application = "echo",
                epoch_index = "0x3",
                descending = true,
            },
            2,
            "0x1",
            "0x0"
        );

        await FindsAsync(api, "Epochs", new { application = "echo" }, 2, "0x3", "0x7");
        await FindsAsync(api, "Epochs", new { application = "echo", status = "OPEN" }, 1, "0x7");
        await FindsAsync(
            api,
            "Epochs",
            new
            {
                application = "echo",
                status = new[] { "OPEN", "CLAIM_ACCEPTED" },
                descending = true,
            },
            2,
            "0x7",
            "0x3"
        );
        await FindsAsync(api, "Epochs", new { application = "echo", from = "0x4" }, 1, "0x7");
        await FindsAsync(api, "Epochs", new { application = "echo", from = "0x8" }, 0);
        await FindsAsync(api, "Epochs", new { application = "echo", to = "0x6" }, 1, "0x3");

        (await CountAsync(api, "cartesi_getExecutedOutputCount")).ShouldBe("0x1");
        (await CountAsync(api, "cartesi_getPendingExecutableOutputCount")).ShouldBe("0x1");
    }

    [Theory]
    [OnBothDatabases]
    public async Task Filters_together_find_what_passes_each_of_them(DatabaseKind kind)
    {
        const string notice = "0xc258d6e5";
        const string voucher = "0x237a816f";
        const string delegated = "0x10321e8b";
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);

        // The outputs of echo: a notice, an executed voucher, a delegate-call voucher to the same contract, and one of no known kind.
        await OutputsAsync([notice], Seed.Callee, null, 0);
        await OutputsAsync([notice, "0x01020304"], Seed.Callee, true, 0);
        await OutputsAsync([voucher], Seed.Callee, null, 1, "0x1");
        await OutputsAsync([notice, delegated], Seed.Callee, null, 1, "0x2");
        await OutputsAsync([voucher, delegated], Seed.Callee, null, 2, "0x1", "0x2");
        await OutputsAsync([voucher, delegated], Seed.Bob, null, 0);
        await OutputsAsync([delegated], Seed.Callee, true, 0);
        await OutputsAsync([delegated], Seed.Callee, false, 1, "0x2");
        await OutputsAsync([voucher], null, true, 1, "0x1");
        await OutputsAsync([voucher], null, false, 0);
        await OutputsAsync([voucher, delegated, notice], null, true, 1, "0x1");
        await OutputsAsync([voucher, delegated, notice], null, false, 2, "0x0", "0x2");
        await OutputsAsync([voucher, delegated, notice], null, null, 3, "0x0", "0x1", "0x2");
        await OutputsAsync(null, Seed.Callee, true, 1, "0x1");
        await FindsAsync(api, "Outputs", PageOf(0, 2, descending: true), 4, "0x3", "0x2");
        await FindsAsync(api, "Outputs", PageOf(1, 2), 4, "0x1", "0x2");
        await FindsAsync(api, "Outputs", PageOf(3, 2, descending: true), 4, "0x0");
        await FindsAsync(api, "Outputs", PageOf(4, 2), 4);

        foreach (var (sender, indexes) in new[] { (Seed.Bob, (string[])["0x1"]), (Seed.Alice, []) })
            await FindsAsync(
                api,
                "Inputs",
                new
                {
                    application = "echo",
                    sender = $"{sender}",
                    transaction_hash = $"{Seed.HashOf(101)}",
                },
                indexes.Length,
                indexes
            );

        Task OutputsAsync(string[]? types, Address? destination, bool? executed, int total, params string[] indexes) =>
            FindsAsync(
                api,
                "Outputs",
                new
                {
                    application = "echo",
                    output_type = types,
                    voucher_address = destination?.ToString(),
                    executed,
                },
                total,
                indexes
            );

        static object PageOf(int offset, int limit, bool descending = false) =>
            new
            {
                application = "echo",
                output_type = new[] { delegated, "0x01020304", notice, voucher },
                offset,
                limit,
                descending,
            };
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_page_in_the_middle_of_a_filtered_list_has_its_rows_and_the_total_of_the_whole(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        await api.Host.ChangeAsync(async db =>
        {
            var echo = await db.Applications.SingleAsync(app => app.Name == "echo", TestContext.Current.CancellationToken);
            for (var input = 3UL; input < 33; input++)
                db.Add(Seed.NewInput(echo.Id, 7, input, input % 2 == 0 ? Seed.Alice : Seed.Bob, InputStatus.None));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        // Alice's are 0, 2, 4 and so on up to 32.
        await FindsAsync(api, "Inputs", PageOf(0, 2), 17, "0x0", "0x2");
        await FindsAsync(api, "Inputs", PageOf(5, 3), 17, "0xa", "0xc", "0xe");
        await FindsAsync(api, "Inputs", PageOf(5, 3, descending: true), 17, "0x16", "0x14", "0x12");
        await FindsAsync(api, "Inputs", PageOf(15, 3), 17, "0x1e", "0x20");
        await FindsAsync(api, "Inputs", PageOf(14, 3, descending: true), 17, "0x4", "0x2", "0x0");
        await FindsAsync(api, "Inputs", PageOf(17, 3), 17);
        await FindsAsync(api, "Inputs", PageOf(40, 3, descending: true), 17);

        static object PageOf(int offset, int limit, bool descending = false) =>
            new
            {
                application = "echo",
                sender = $"{Seed.Alice}",
                offset,
                limit,
                descending,
            };
    }

    [Theory]
    [OnBothDatabases]
    public async Task Tournaments_are_found_by_epoch_level_and_parent(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        foreach (
            var (parameters, addresses) in new (object, Address[])[]
            {
                (new { application = "dave" }, [Seed.Root, Seed.Inner]),
                (new { application = "dave", descending = true }, [Seed.Inner, Seed.Root]),
                (new { application = "dave", level = "0x1" }, [Seed.Inner]),
                (new { application = "dave", epoch_index = "0x1" }, []),
                (new { application = "dave", parent_tournament_address = $"{Seed.Root}" }, [Seed.Inner]),
                (new { application = "dave", parent_match_id_hash = $"{Seed.HashOf(65)}" }, [Seed.Inner]),
            }
        )
        {
            var found = await api.ResultAsync("cartesi_listTournaments", parameters);
            found["data"]!.AsArray().Select(row => row!["address"]!.GetValue<string>()).ShouldBe(addresses.Select(it => it.ToString()));
            found["pagination"]!["total_count"]!.GetValue<int>().ShouldBe(addresses.Length);
        }

        foreach (var (list, rows) in new[] { ("Commitments", 2), ("Matches", 1) })
        {
            foreach (var address in new[] { Seed.Root, Seed.Inner })
            {
                var found = await api.ResultAsync($"cartesi_list{list}", new { application = "dave", tournament_address = $"{address}" });
                found["data"]!.AsArray().Count.ShouldBe(address == Seed.Root ? rows : 0);
            }
        }
    }

    [Fact]
    public async Task Limits_are_bounded_and_the_answer_has_those_in_force()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        foreach (var (limit, inForce) in new[] { (0, 50), (7, 7), (20_000, 10_000) })
        {
            var page = (
                await api.ResultAsync(
                    "cartesi_listInputs",
                    new
                    {
                        application = "echo",
                        limit,
                        offset = 1,
                    }
                )
            )["pagination"]!;
            page["limit"]!.GetValue<int>().ShouldBe(inForce);
            page["offset"]!.GetValue<int>().ShouldBe(1);
        }

        foreach (var (types, isTaken) in new[] { (16, true), (17, false) })
        {
            var all = Enumerable.Range(1, types).Select(type => $"0x{type:x8}").ToArray();
            var answer = await api.CallAsync("cartesi_listOutputs", new { application = "echo", output_type = all });
            (answer["error"]?["code"]?.GetValue<int>()).ShouldBe(isTaken ? null : -32602);
        }

        foreach (var wrong in new JsonNode[] { -1, "5", 1.5, true })
            (await api.ErrorAsync("cartesi_listInputs", new { application = "echo", limit = wrong })).ShouldBe(-32602);
        (
            await api.ErrorAsync(
                "cartesi_listInputs",
                new
                {
                    application = "echo",
                    from = "0x2",
                    to = "0x1",
                }
            )
        ).ShouldBe(-32602);
        (
            await api.ErrorAsync(
                "cartesi_listOutputs",
                new
                {
                    application = "echo",
                    executed = true,
                    offset = 100_001,
                }
            )
        ).ShouldBe(-32602);
    }

    private static async Task FindsAsync(ApiHost api, string list, object parameters, int total, params string[] indexes)
    {
        var found = await api.ResultAsync($"cartesi_list{list}", parameters);
        var what = $"{list} {parameters}";
        found["data"]!.AsArray().Select(item => item!["index"]!.GetValue<string>()).ShouldBe(indexes, what);
        found["pagination"]!["total_count"]!.GetValue<int>().ShouldBe(total, what);
    }

    private static async Task<string> CountAsync(ApiHost api, string method) =>
        (await api.ResultAsync(method, new { application = "echo" }))["data"]!.GetValue<string>();
}
