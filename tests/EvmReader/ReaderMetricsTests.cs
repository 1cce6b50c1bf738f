using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Domain;
using Rollups.EvmReader.Metrics;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests;

/// <summary>What the reader shows of L1.</summary>
public sealed class ReaderMetricsTests
{
    [Fact]
    public async Task The_head_names_the_block_tag_and_replaced_blocks_are_counted()
    {
        await using var host = await ReaderService.CreateAsync(("Ethereum:DefaultBlock", "latest"));
        var app = await host.AddAsync("echo", 1);
        var inputBox = FakeChain.AddressOf(9);
        host.Chain.AddInput(inputBox, app.Address, 11);
        await host.PassAsync(7013);
        using var measured = new RecordedMeasurements("rollups.evm_reader.");
        // Other tests of this program have readers of their own; none has read that block.
        measured.Observe().ShouldContain(("rollups.evm_reader.head{tag=latest}", 7013));

        host.Chain.Reorganise(7012);
        await host.PassAsync(7013);

        measured.All.ShouldContain(("rollups.evm_reader.reorganisations{changed=head}", 1));
    }

    [Fact]
    public async Task Blocks_that_are_read_between_two_checks_do_not_count_as_a_lag()
    {
        await using var host = await ReaderService.CreateAsync();
        await host.AddAsync("echo", 1);
        await host.PassAsync(7100);
        var watch = host.Services.GetServices<IHostedService>().OfType<WatchApplications>().Single();
        await watch.CheckAsync(TestContext.Current.CancellationToken);
        await host.PassAsync(9913);
        using var measured = new RecordedMeasurements("rollups.evm_reader.");

        var lags = measured.Observe().Where(item => item.Series == "rollups.evm_reader.lag{}").ToList();

        // Other tests of this program have readers of their own; none has these blocks.
        lags.ShouldNotBeEmpty();
        lags.ShouldNotContain(item => item.Value >= 2000);
    }
}
