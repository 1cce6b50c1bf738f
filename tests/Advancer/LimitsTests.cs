using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>The execution parameters of an application reach its machine.</summary>
public sealed class LimitsTests : OnDatabase
{
    [Theory]
    [OnBothDatabases]
    public async Task A_machine_is_made_with_the_application_s_limits_and_made_anew_when_they_change(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.PassAsync();
        host.Machines.Limits.ShouldHaveSingleItem().AdvanceMaxTimeout.ShouldBe(180_000UL);

        await host.ChangeAsync(db =>
        {
            db.Add(
                new ExecutionParameters
                {
                    ApplicationId = app.Id,
                    AdvanceMaxTimeout = 60_000,
                    SnapshotPolicy = SnapshotPolicy.EveryEpoch,
                    UpdatedAt = DateTimeOffset.UnixEpoch.AddDays(1),
                }
            );
            return Task.CompletedTask;
        });
        await host.AddEpochAsync(app, EpochStatus.Closed, "two");
        await host.PassAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "three");
        await host.PassAsync();

        host.Machines.Limits.Count.ShouldBe(2);
        var limits = host.Machines.Limits.Last();
        (limits.AdvanceMaxTimeout, limits.SnapshotPolicy).ShouldBe((60_000UL, SnapshotPolicy.EveryEpoch));
        host.Machines.Open.ShouldBe(1);
        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 0UL, 1UL, 2UL]);
        (await host.EpochsAsync(app)).ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
    }
}
