using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>The proofs of outputs, which are put together when they are read.</summary>
public sealed class OutputProofTests
{
    private const int Many = 1_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The first epoch is large, so its tree has chunks; the second has no claim yet.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task Each_output_has_its_hash_and_a_proof_that_leads_to_the_claim_and_none_before_the_claim(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        var root = await AddAsync(api.Host);

        var listed = await ListAsync(api, new { application = "large", limit = Many + 2 });
        listed.Count.ShouldBe(Many + 2);
        for (var index = 0; index < Many; index++)
            RootOf(listed[index], index).ShouldBe(root);
        listed[0]["updated_at"]!.GetValue<DateTimeOffset>().ShouldBe(Seed.ProvenAt);
        foreach (var output in listed[Many..])
        {
            output["hash"].ShouldBeNull();
            output["output_hashes_siblings"].ShouldBeNull();
            output["updated_at"]!.GetValue<DateTimeOffset>().ShouldBe(Seed.Start);
        }

        foreach (var index in new[] { 0, 127, 128, Many - 1, Many })
        {
            var one = (await api.ResultAsync("cartesi_getOutput", new { application = "large", output_index = $"0x{index:x}" }))["data"]!;
            one.ToJsonString().ShouldBe(listed[index].ToJsonString());
        }
    }

    [Fact]
    public async Task A_page_of_a_large_epoch_takes_one_statement_more_however_many_outputs_it_has()
    {
        await using var api = await ApiHost.StartAsync();
        await AddAsync(api.Host);
        var without = await StatementsAsync(api, new { application = "large", from = $"0x{Many:x}" });
        var one = await StatementsAsync(api, new { application = "large", limit = 1 });
        var all = await StatementsAsync(api, new { application = "large", limit = Many });

        (one.Count, all.Count).ShouldBe((without.Count + 1, without.Count + 1));
        foreach (var statement in new[] { one[^1], all[^1] })
            statement.Sql.ShouldContain("outputs_tree_chunks");
    }

    private static async Task<IReadOnlyList<RecordedCommands.Statement>> StatementsAsync(ApiHost api, object parameters)
    {
        api.Commands.Take();
        await ListAsync(api, parameters);
        return api.Commands.Take();
    }

    private static async Task<List<JsonNode>> ListAsync(ApiHost api, object parameters) =>
        [.. (await api.ResultAsync("cartesi_listOutputs", parameters))["data"]!.AsArray().Select(output => output!)];

    private static Hash32 RootOf(JsonNode output, int index)
    {
        output["index"]!.GetValue<string>().ShouldBe($"0x{index:x}");
        var leaf = Hash32.Parse(output["hash"]!.GetValue<string>());
        leaf.ShouldBe(Keccak256.Hash(Hex.Decode(output["raw_data"]!.GetValue<string>())));
        var siblings = output["output_hashes_siblings"]!.AsArray().Select(sibling => Hash32.Parse(sibling!.GetValue<string>()));
        return OutputsMerkleTree.Fold((ulong)index, leaf, [.. siblings]);
    }

    private static Task<Hash32> AddAsync(ServiceHost host) =>
        host.ChangeAsync(async db =>
        {
            var id = await Seed.AddAsync(db, "large", Seed.AddressOf(7));
            db.Add(Seed.EpochOf(id, 0, 0, EpochStatus.Closed, 0, 1));
            db.Add(Seed.EpochOf(id, 1, 1, EpochStatus.Open, 1, 2));
            db.Add(Seed.NewInput(id, 0, 0, Seed.Alice, InputStatus.Accepted));
            db.Add(Seed.NewInput(id, 1, 1, Seed.Alice, InputStatus.Accepted));
            await db.SaveChangesAsync(Cancel);
            for (var index = 0UL; index < Many; index++)
                db.Add(Seed.NewOutput(id, 0, 0, index, Outputs.Notice(BitConverter.GetBytes(index))));
            db.Add(Seed.NewOutput(id, 1, 1, Many, Outputs.Notice([1])));
            db.Add(Seed.NewOutput(id, 1, 1, Many + 1, Outputs.Notice([2])));
            await db.SaveChangesAsync(Cancel);
            return await Seed.ProveAsync(db, id, 0);
        });
}
