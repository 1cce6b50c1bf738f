using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Lifecycle.Metrics;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>The gauges of the process: no other host of the service may run beside them.</summary>
[Collection(nameof(Alone))]
public sealed class EpochMetricsTests
{
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unfinished_epochs_are_counted_by_state_with_their_age_and_waiting_applications_by_name()
    {
        await using var database = await EpochsOnSqlite.StartAsync();
        var waiting = await database.AddApplicationAsync(Address.Parse("0x" + new string('1', 40)), "waiting");
        var fresh = await database.AddApplicationAsync(Address.Parse("0x" + new string('2', 40)), "fresh");
        var open = await database.AddApplicationAsync(Address.Parse("0x" + new string('4', 40)), "open");
        var idle = await database.AddApplicationAsync(Address.Parse("0x" + new string('3', 40)), "idle");
        await database.AddEpochAsync(idle, 0, EpochStatus.ClaimAccepted);
        await database.AddEpochAsync(waiting, 0, EpochStatus.Closed);
        await database.AddEpochAsync(waiting, 1, EpochStatus.Open);
        await using (var scope = database.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            await db
                .Epochs.Where(epoch => epoch.ApplicationId == waiting && epoch.Index == 1)
                .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.InputIndexUpperBound, 7ul), Cancel);
            await db
                .Applications.Where(application => application.Id == waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(application => application.ProcessedInputs, 2ul), Cancel);
        }

        await database.MoveAsync(waiting, 1, EpochStatus.Open, EpochStatus.Closed);
        // It waits for L1, however long.
        await database.AddEpochAsync(open, 0, EpochStatus.Open);
        database.Clock.Advance(TimeSpan.FromHours(2));
        await database.AddEpochAsync(fresh, 0, EpochStatus.ClaimCalculated);
        using var watch = new WatchEpochs(
            database.Services.GetRequiredService<IServiceScopeFactory>(),
            Options.Create(new LifecycleOptions()),
            database.Clock,
            NullLogger<WatchEpochs>.Instance
        );
        await watch.CheckAsync(Cancel);
        using var seen = new RecordedMeasurements("rollups.epochs.", "rollups.application.");
        var series = seen.Observe().ToDictionary(measured => measured.Series, measured => measured.Value);

        series["rollups.epochs.unfinished{state=OPEN}"].ShouldBe(1);
        series["rollups.epochs.unfinished{state=CLOSED}"].ShouldBe(2);
        series["rollups.epochs.unfinished{state=INPUTS_PROCESSED}"].ShouldBe(0);
        series["rollups.epochs.unfinished{state=CLAIM_CALCULATED}"].ShouldBe(1);
        series["rollups.epochs.stuck{state=OPEN}"].ShouldBe(0);
        series["rollups.epochs.stuck{state=CLOSED}"].ShouldBe(2);
        series["rollups.epochs.stuck{state=CLAIM_CALCULATED}"].ShouldBe(0);
        series["rollups.epochs.oldest{state=CLOSED}"].ShouldBeGreaterThanOrEqualTo(7200);
        series["rollups.application.unprocessed_inputs{application=waiting}"].ShouldBe(5);
        series["rollups.application.unsettled{application=waiting}"].ShouldBeGreaterThanOrEqualTo(7200);
        series["rollups.application.unsettled{application=fresh}"].ShouldBeLessThan(60);
        series.Keys.ShouldNotContain(name => name.Contains("idle", StringComparison.Ordinal));
    }
}
