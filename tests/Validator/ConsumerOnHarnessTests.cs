using MassTransit;
using MassTransit.Testing;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Validator.Consumers;
using Rollups.Validator.Tests.Hosts;

namespace Rollups.Validator.Tests;

/// <summary>
/// The service as the node adds it, on MassTransit's test harness, whose observers see what each consumer takes and how it ends.
/// </summary>
public sealed class ConsumerOnHarnessTests : IAsyncLifetime
{
    private ServiceHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ITestHarness Harness => _host.Harness;

    public async ValueTask InitializeAsync()
    {
        _host = await ServiceHost.CreateAsync(ValidatorService.Setup.OnHarness());
        await _host.StartAsync();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_event_is_consumed_without_fault_and_the_claim_is_announced_through_the_outbox()
    {
        var story = await Story.BeginAsync(_host);
        var root = await story.AddEpochAsync(2);

        await Harness.Bus.Publish(Processed(story), Cancel);

        var consumer = Harness.GetConsumerHarness<EpochInputsProcessedConsumer>();
        (await consumer.Consumed.SelectAsync<EpochInputsProcessed>(Cancel).First()).Exception.ShouldBeNull();
        // What goes through the outbox is published as stored bytes: the harness sees it where it is taken.
        (await Harness.Consumed.SelectAsync<EpochClaimCalculated>(Cancel).First()).Context.Message.OutputsMerkleRoot.ShouldBe(
            root.ToString()
        );
        (await story.StatusesAsync()).ShouldBe([EpochStatus.ClaimCalculated]);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_ends_in_a_fault()
    {
        var story = await Story.BeginAsync(_host);

        await Harness.Bus.Publish(Processed(story) with { Application = "not an address" }, Cancel);

        var fault = (await Harness.Published.SelectAsync<Fault<EpochInputsProcessed>>(Cancel).First()).Context.Message;
        fault.Message.Application.ShouldBe("not an address");
        fault.Exceptions.Single().Message.ShouldContain("not an address");
        (await Harness.Consumed.SelectAsync<EpochInputsProcessed>(Cancel).First()).Exception.ShouldBeOfType<FormatException>();
    }

    private static EpochInputsProcessed Processed(Story story) =>
        new()
        {
            ChainId = 31337,
            Application = story.App.Address.ToString(),
            ApplicationName = story.App.Name,
            EpochIndex = 0,
            MachineHash = Hash32.Zero.ToString(),
            InputIndexUpperBound = 1,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
