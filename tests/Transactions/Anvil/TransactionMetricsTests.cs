using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Claimer.Tests;
using Rollups.Claimer.Tests.Anvil;

namespace Rollups.Transactions.Tests.Anvil;

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
}
