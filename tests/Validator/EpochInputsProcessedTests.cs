using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Validator.Tests.Hosts;

namespace Rollups.Validator.Tests;

/// <summary>The whole service on MassTransit's in-memory transport: the event in, the claim stored, the next event out.</summary>
public sealed class EpochInputsProcessedTests : IDisposable
{
    // An announcement that never comes would be waited for for ever.
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    public EpochInputsProcessedTests() => _patience.CancelAfter(Hang.Limit);

    private CancellationToken Cancel => _patience.Token;

    public void Dispose() => _patience.Dispose();

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_that_is_announced_has_its_claim_stored_before_that_is_announced(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        await host.StartAsync();
        var story = await Story.BeginAsync(host);
        var root = await story.AddEpochAsync(3);

        await host.Bus.Publish(Processed(story, 0), Cancel);

        var announced = await host.Announced.ReadAsync(Cancel);
        (announced.Application, announced.EpochIndex, announced.OutputsMerkleRoot, announced.LastBlock).ShouldBe(
            (story.App.Address.ToString(), 0UL, root.ToString(), 9UL)
        );
        await story.ShouldBeProvenAsync(0, 3, root);
        (await story.StatusesAsync()).ShouldBe([EpochStatus.ClaimCalculated]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Events_that_come_twice_in_the_wrong_order_or_with_wrong_values_give_each_epoch_one_claim(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        await host.StartAsync();
        var story = await Story.BeginAsync(host);
        var roots = new[] { await story.AddEpochAsync(1), await story.AddEpochAsync(0), await story.AddEpochAsync(2) };

        await host.Bus.Publish(Processed(story, 99) with { MachineHash = Hash32.Zero.ToString() }, Cancel);
        foreach (var epoch in (ulong[])[2, 2, 0, 1, 0])
            await host.Bus.Publish(Processed(story, epoch), Cancel);

        var announced = new List<EpochClaimCalculated>();
        while (announced.Count < 3)
            announced.Add(await host.Announced.ReadAsync(Cancel));
        announced
            .OrderBy(claim => claim.EpochIndex)
            .Select(claim => claim.OutputsMerkleRoot)
            .ShouldBe(roots.Select(root => root.ToString()));

        // A fourth announcement would have come before that of an epoch that was calculated after it.
        await story.AddEpochAsync(1);
        await host.Bus.Publish(Processed(story, 3), Cancel);
        (await host.Announced.ReadAsync(Cancel)).EpochIndex.ShouldBe(3UL);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_stops_no_other()
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, DatabaseKind.Sqlite);
        await host.StartAsync();
        var story = await Story.BeginAsync(host);
        await story.AddEpochAsync(1);

        await host.Bus.Publish(Processed(story, 0) with { Application = "not an address" }, Cancel);
        await host.Bus.Publish(Processed(story, 0), Cancel);

        (await host.Announced.ReadAsync(Cancel)).EpochIndex.ShouldBe(0UL);
    }

    [Fact]
    public async Task What_came_due_while_the_service_was_away_is_found_at_its_start()
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, DatabaseKind.Sqlite);
        var story = await Story.BeginAsync(host);
        var root = await story.AddEpochAsync(2);

        await host.StartAsync();

        (await host.Announced.ReadAsync(Cancel)).OutputsMerkleRoot.ShouldBe(root.ToString());
    }

    private static EpochInputsProcessed Processed(Story story, ulong epoch) =>
        new()
        {
            ChainId = 31337,
            Application = story.App.Address.ToString(),
            ApplicationName = story.App.Name,
            EpochIndex = epoch,
            MachineHash = Hash32.Zero.ToString(),
            InputIndexUpperBound = epoch + 1,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
