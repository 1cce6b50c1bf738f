using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Bus;

public sealed class BusConnectionCheckTests : IDisposable
{
    private const string Name = "masstransit-bus";
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochClosed> _received = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task A_bus_that_is_not_connected_has_a_reason_and_a_remedy_without_an_address()
    {
        await using var node = await TestNode.BuildAsync(
            _settings,
            services => services.AddSingleton(_received),
            RecordingConsumer<EpochClosed>.Add
        );

        var entry = (await node.HealthAsync(_ => true)).Entries[Name];

        entry.Status.ShouldBe(HealthStatus.Degraded);
        ServiceHealth.ReasonOf(entry).ShouldBe("The bus is not connected: no event reaches this process.");
        ServiceHealth.RemedyOf(entry).ShouldNotBeNull().ShouldContain("'broker'");
        entry.Data.Values.ShouldAllBe(text => !text.ToString()!.Contains("://", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connected_bus_is_healthy_and_has_no_reason()
    {
        await using var node = await TestNode.StartAsync(
            _settings,
            services => services.AddSingleton(_received),
            RecordingConsumer<EpochClosed>.Add
        );
        await node.ConnectedAsync();

        var entry = (await node.HealthAsync(_ => true)).Entries[Name];

        entry.Status.ShouldBe(HealthStatus.Healthy);
        ServiceHealth.RemedyOf(entry).ShouldBeNull();
    }
}
