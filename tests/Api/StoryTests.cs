using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>GET /epochs and /epochs/{application}/{index}.</summary>
public sealed class StoryTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Epochs_are_listed_by_key_and_filtered_by_application_state_and_age(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        (await KeysAsync(api, "epochs")).ShouldBe(["echo/3", "echo/7", "dave/0"]);
        (await KeysAsync(api, "epochs?application=echo")).ShouldBe(["echo/3", "echo/7"]);
        (await KeysAsync(api, $"epochs?application={Seed.Dave}&state=CLOSED")).ShouldBe(["dave/0"]);
        (await KeysAsync(api, "epochs?state=CLAIM_ACCEPTED")).ShouldBe(["echo/3"]);
        // The first rows are far in the past; one epoch has just been opened.
        await api.Host.ChangeAsync(db =>
            db.Epochs.Where(epoch => epoch.Index == 7)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.OpenedAt, DateTimeOffset.UtcNow))
        );
        await api.Host.ChangeAsync(db =>
            db.Epochs.Where(epoch => epoch.Index == 0)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, DateTimeOffset.UnixEpoch))
        );
        (await KeysAsync(api, "epochs?older_than=01:00:00")).ShouldBe(["dave/0"]);
        (await KeysAsync(api, "epochs?older_than=3600&state=OPEN")).ShouldBeEmpty();
        (await KeysAsync(api, "epochs?older_than=0&state=OPEN")).ShouldBe(["echo/7"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Pages_neither_skip_nor_repeat_an_epoch(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        var seen = new List<string>();
        for (string? next = ""; next is not null; )
        {
            var (status, page) = await api.GetAsync($"epochs?limit=1{(next.Length > 0 ? $"&after={next}" : "")}");
            status.ShouldBe(HttpStatusCode.OK);
            seen.AddRange(KeysOf(page));
            next = page["next"]?.GetValue<string>();
        }

        seen.ShouldBe(["echo/3", "echo/7", "dave/0"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_story_has_the_cause_of_each_stage_the_trace_and_the_cost_of_each_transaction(DatabaseKind kind)
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        var (cause, message) = (Guid.NewGuid(), Guid.NewGuid());
        var epoch = await api.Host.ReadAsync(db => db.Epochs.SingleAsync(row => row.Index == 3, TestContext.Current.CancellationToken));
        await api.Host.ChangeAsync(async db =>
        {
            await db
                .Epochs.Where(row => row.Index == 3)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.TraceParent, $"00-{Trace}-00f067aa0ba902b7-01"));
            db.AddRange(
                Step(EpochStatus.Open, StepCause.Signal, null, Guid.NewGuid()),
                Step(EpochStatus.ClaimCalculated, StepCause.Event, cause, message),
                Step(EpochStatus.ClaimAccepted, StepCause.Sync, null, Guid.NewGuid()),
                new MinedTransaction
                {
                    TransactionId = await db.Transactions.Where(row => row.EpochIndex == 3).Select(row => row.Id).SingleAsync(),
                    TransactionHash = Seed.HashOf(46),
                    BlockNumber = 44,
                    GasUsed = 50_000,
                    EffectiveGasPrice = 1_500_000_000,
                }
            );
            return await db.SaveChangesAsync();
        });

        var (_, story) = await api.GetAsync("epochs/echo/3");

        story["trace_id"]!.GetValue<string>().ShouldBe(Trace);
        var stages = story["stages"]!.AsArray().ToDictionary(stage => stage!["state"]!.GetValue<string>(), stage => stage!["cause"]);
        stages["OPEN"]!["kind"]!.GetValue<string>().ShouldBe("SIGNAL");
        stages["CLOSED"].ShouldBeNull();
        stages["CLAIM_CALCULATED"]!["kind"]!.GetValue<string>().ShouldBe("EVENT");
        stages["CLAIM_CALCULATED"]!["caused_by_message_id"]!.GetValue<Guid>().ShouldBe(cause);
        stages["CLAIM_CALCULATED"]!["message_id"]!.GetValue<Guid>().ShouldBe(message);
        stages["CLAIM_CALCULATED"]!["trace_parent"]!.GetValue<string>().ShouldContain(Trace);
        stages["CLAIM_ACCEPTED"]!["kind"]!.GetValue<string>().ShouldBe("SYNC");
        var mined = story["transactions"]!.AsArray().ShouldHaveSingleItem()!["mined"]!;
        mined["hash"]!.GetValue<string>().ShouldBe(Seed.HashOf(46).ToString());
        mined["gas_used"]!.GetValue<long>().ShouldBe(50_000);
        mined["fee"]!.GetValue<decimal>().ShouldBe(75_000_000_000_000m);

        EpochStep Step(EpochStatus status, StepCause kindOfCause, Guid? causedBy, Guid announced) =>
            new()
            {
                ApplicationId = epoch.ApplicationId,
                EpochIndex = epoch.Index,
                Status = status,
                At = epoch.OpenedAt,
                Cause = kindOfCause,
                CauseMessageId = causedBy,
                MessageId = announced,
                TraceParent = $"00-{Trace}-00f067aa0ba902b8-01",
            };
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_story_has_the_stages_and_the_transactions(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        var (status, story) = await api.GetAsync("epochs/echo/3");
        status.ShouldBe(HttpStatusCode.OK);
        story["state"]!.GetValue<string>().ShouldBe("CLAIM_ACCEPTED");
        story["end_input"]!.GetValue<int>().ShouldBe(2);
        var stages = story["stages"]!.AsArray();
        stages
            .Select(stage => stage!["state"]!.GetValue<string>())
            .ShouldBe(["OPEN", "CLOSED", "INPUTS_PROCESSED", "CLAIM_CALCULATED", "CLAIM_SUBMITTED", "CLAIM_ACCEPTED"]);
        stages[0]!["at"]!.GetValue<string>().ShouldBe("2026-11-27T12:00:00.123456Z");
        stages[0]!["seconds_after_previous"].ShouldBeNull();
        stages.Skip(1).ShouldAllBe(stage => stage!["seconds_after_previous"]!.GetValue<double>() == 1);
        var transaction = story["transactions"]!.AsArray().ShouldHaveSingleItem()!;
        transaction["hash"]!.GetValue<string>().ShouldBe(Seed.HashOf(43).ToString());
        transaction["kind"]!.GetValue<string>().ShouldBe("SUBMIT_CLAIM");
        transaction["outcome"]!.GetValue<string>().ShouldBe("CONFIRMED");
        transaction["gas_limit"]!.GetValue<long>().ShouldBe(100_000);
        transaction["max_fee"]!.GetValue<decimal>().ShouldBe(200_000_000_000_000m);
        transaction["replaced"]!.AsArray().ShouldHaveSingleItem()!["hash"]!.GetValue<string>().ShouldBe(Seed.HashOf(46).ToString());
    }

    [Theory]
    [OnBothDatabases]
    public async Task Transactions_are_listed_by_epoch_and_filtered_by_epoch_and_state(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        await api.Host.ChangeAsync(async db =>
        {
            var first = await db.Transactions.AsNoTracking().SingleAsync(row => row.EpochIndex == 3);
            first.Id = 0;
            (first.EpochIndex, first.Nonce, first.State) = (7, first.Nonce + 1, TransactionState.Pending);
            first.TransactionHash = Seed.HashOf(47);
            db.Add(first);
            return await db.SaveChangesAsync();
        });

        (await HashesAsync(api, "transactions?application=echo")).ShouldBe([47, 43]);
        (await HashesAsync(api, "transactions?application=echo&ascending=true")).ShouldBe([43, 47]);
        (await HashesAsync(api, "transactions?application=echo&epoch=3")).ShouldBe([43]);
        (await HashesAsync(api, "transactions?application=echo&state=PENDING")).ShouldBe([47]);
        var (_, page) = await api.GetAsync("transactions?application=echo&limit=1");
        (await HashesAsync(api, $"transactions?application=echo&after={page["next"]!.GetValue<string>()}")).ShouldBe([43]);
        var listed = page["transactions"]![0]!;
        listed["epoch_index"]!.GetValue<int>().ShouldBe(7);
        listed["outcome"]!.GetValue<string>().ShouldBe("PENDING");
        listed["mined"].ShouldBeNull();
        listed["is_cancellation"]!.GetValue<bool>().ShouldBeFalse();
    }

    private static async Task<List<int>> HashesAsync(ApiHost api, string path)
    {
        var (status, page) = await api.GetAsync(path);
        status.ShouldBe(HttpStatusCode.OK, page.ToJsonString());
        return
        [
            .. page["transactions"]!
                .AsArray()
                .Select(row =>
                    Enumerable.Range(40, 10).Single(number => Seed.HashOf(number).ToString() == row!["hash"]!.GetValue<string>())
                ),
        ];
    }

    [Theory]
    [InlineData("transactions", HttpStatusCode.BadRequest, "The filter application is missing")]
    [InlineData("transactions?application=echo&state=DONE", HttpStatusCode.BadRequest, "'DONE' is not a state")]
    [InlineData("transactions?application=echo&after=7", HttpStatusCode.BadRequest, "'7' is not the key of a row")]
    [InlineData("transactions?application=echo&ascending=1", HttpStatusCode.BadRequest, "The filter ascending is neither true nor false")]
    [InlineData("transactions?application=echo&kind=X", HttpStatusCode.BadRequest, "'kind' is not a filter")]
    [InlineData("transactions?application=nobody", HttpStatusCode.NotFound, "This node has no application nobody")]
    [InlineData("epochs?colour=red", HttpStatusCode.BadRequest, "'colour' is not a filter")]
    [InlineData("epochs?state=DONE", HttpStatusCode.BadRequest, "'DONE' is not a state")]
    [InlineData("epochs?state=OPEN&state=CLOSED", HttpStatusCode.BadRequest, "The filter state is given 2 times")]
    [InlineData("epochs?older_than=-1", HttpStatusCode.BadRequest, "'-1' is not a time")]
    [InlineData("epochs?older_than=1&state=CLAIM_ACCEPTED", HttpStatusCode.BadRequest, "older_than finds epochs that wait")]
    [InlineData("epochs?limit=1001", HttpStatusCode.BadRequest, "'1001' is not a limit")]
    [InlineData("epochs?after=echo", HttpStatusCode.BadRequest, "'echo' is not a place in the list")]
    [InlineData("epochs?application=%27%20OR%201=1", HttpStatusCode.BadRequest, "'' OR 1=1' is not an application")]
    [InlineData("epochs?application=nobody", HttpStatusCode.NotFound, "This node has no application nobody")]
    [InlineData("epochs/echo/-1", HttpStatusCode.BadRequest, "'-1' is not the index of an epoch")]
    [InlineData("epochs/echo/99999999999999999999", HttpStatusCode.BadRequest, "'99999999999999999999' is not the index")]
    [InlineData("epochs/nobody/3", HttpStatusCode.NotFound, "This node has no application nobody")]
    [InlineData("epochs/echo/4", HttpStatusCode.NotFound, "The application has no such epoch")]
    public async Task A_wrong_query_has_its_reason(string path, HttpStatusCode status, string reason)
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var (answered, body) = await api.GetAsync(path);
        answered.ShouldBe(status);
        body["error"]!.GetValue<string>().ShouldStartWith(reason);
    }

    private static async Task<List<string>> KeysAsync(ApiHost api, string path)
    {
        var (status, page) = await api.GetAsync(path);
        status.ShouldBe(HttpStatusCode.OK, page.ToJsonString());
        return KeysOf(page);
    }

    private static List<string> KeysOf(JsonNode page) =>
        [.. page["epochs"]!.AsArray().Select(epoch => $"{epoch!["application_name"]}/{epoch["index"]}")];
}
