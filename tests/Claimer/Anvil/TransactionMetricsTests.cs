using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Claimer.Tests.Anvil;

[NeedsServers]
public sealed class TransactionMetricsTests(AnvilChain anvil, PostgresServer postgres)
    : ClaimsOnAnvil(anvil, postgres),
        IClassFixture<AnvilChain>
{
    [Fact]
    public async Task What_a_claim_costs_is_counted_for_its_application()
    {
        using var meter = new Measurements();
        var host = await HostAsync();
        var name = $"metered-{Guid.NewGuid():N}"[..20];
        var app = await DeployAsync(host, await AuthorityAsync(), name: name);
        await EndedEpochAsync(host, app, Root);

        await SettleAsync(host);

        meter.Of("rollups.transactions.ended", name).ShouldBe([(1, "CONFIRMED")]);
        meter.Of("rollups.transactions.gas", name).ShouldHaveSingleItem().Value.ShouldBeInRange(30_000, 500_000);
        meter.Of("rollups.transactions.spent", name).ShouldHaveSingleItem().Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_balance_below_the_threshold_is_a_gauge_and_a_warning_that_is_told_once()
    {
        using var meter = new Measurements();
        var host = await HostAsync(("Transactions:BalanceWarningEther", "1000000"), ("Transactions:BalanceInterval", "00:00:01"));
        var watch = host.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "WatchBalance");
        await watch.StartAsync(Cancel);

        await meter.UntilAsync("rollups.signer.balance", 2, Cancel);
        await watch.StopAsync(Cancel);

        host.Log.AtLeast(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("less than Transactions:BalanceWarningEther (1000000)");
    }

    /// <summary>What the node's meter was told, by any host of this process.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Instrument, double Value, string? Application, string? Outcome)> _all = [];
        private readonly SemaphoreSlim _told = new(0);

        public Measurements()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public IEnumerable<(double Value, string? Outcome)> Of(string instrument, string application) =>
            _all.Where(item => item.Instrument == instrument && item.Application == application)
                .Select(item => (item.Value, item.Outcome));

        public async Task UntilAsync(string instrument, int count, CancellationToken cancellationToken)
        {
            while (_all.Count(item => item.Instrument == instrument) < count)
                await _told.WaitAsync(cancellationToken);
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? application = null,
                outcome = null;
            foreach (var (key, tag) in tags)
                (application, outcome) = (key == "application" ? tag as string : application, key == "outcome" ? tag as string : outcome);
            _all.Enqueue((instrument.Name, value, application, outcome));
            _told.Release();
        }
    }
}
