using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Bus;

public sealed class EventLatencyTests : IDisposable
{
    private readonly TestSettings _settings = TestSettings.Embedded();
    private readonly Received<EpochClosed> _received = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    public async Task Latency_is_measured_per_event_and_service()
    {
        // The meter is the process's: other tests measure too, under other names.
        var measured = new ConcurrentQueue<(double Seconds, string? Service, string? Event)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName && instrument.Name == "rollups.event.latency")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(
            (_, seconds, tags, _) =>
            {
                var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
                measured.Enqueue((seconds, named.GetValueOrDefault("service"), named.GetValueOrDefault("event")));
            }
        );
        listener.Start();

        await using var node = await TestNode.StartAsync(
            _settings,
            services => services.AddSingleton(_received).AddSingleton(Sync("latency")).AddSingleton(Sync("latency-reader")),
            bus => bus.AddConsumer<RecordingConsumer<EpochClosed>>().Endpoint(endpoint => endpoint.Name = "latency-reader-epoch-closed")
        );
        await node.CommitAsync(Events.Closed(1, 1) with { OccurredAt = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(10) });
        await _received.UntilAsync(1);

        var (seconds, _, happened) = measured.Where(measurement => measurement.Service == "latency-reader").ShouldHaveSingleItem();
        happened.ShouldBe("epoch.closed");
        seconds.ShouldBeGreaterThanOrEqualTo(10);
    }

    private static FallbackSync Sync(string service) => new(service, TimeSpan.FromSeconds(30), (_, _) => Task.CompletedTask);
}
