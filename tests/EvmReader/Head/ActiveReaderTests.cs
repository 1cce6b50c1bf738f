using Microsoft.Extensions.DependencyInjection;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.Metrics;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Head;

public sealed class ActiveReaderTests
{
    [Fact]
    public async Task A_replica_that_no_longer_reads_shows_no_newest_block()
    {
        await using var host = await ReaderService.CreateAsync();
        await host.AddAsync("echo", 1);
        await host.PassAsync(20);
        var metrics = host.Services.GetRequiredService<ReaderMetrics>();
        metrics.Newest.ShouldBe(20);

        await host.Services.GetRequiredService<ActiveReader>().DisposeAsync();
        var database = host.Services.GetRequiredService<IDatabaseProvider>();
        await using var other = await database.TryAcquireLeaseAsync("evm-reader:31337", TestContext.Current.CancellationToken);
        await host.PassAsync(21);

        metrics.Newest.ShouldBe(0);
    }
}
