using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Replicas own about as many applications each, also after one of them has been away.</summary>
[NeedsServers]
public sealed class SharingTests : OnDatabase
{
    private const int Applications = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_of_all_gives_its_surplus_to_a_replica_that_comes_and_nothing_runs_twice()
    {
        var (owner, apps) = await OwnerOfAllAsync();
        var comer = await HostAsync(DatabaseKind.Postgresql);
        (await comer.PassAsync()).ShouldBe(0);
        await AddWorkAsync(owner, apps);

        // Five of two replicas: three stay here.
        (await owner.PassAsync()).ShouldBe(3 * 2);
        (await comer.PassAsync()).ShouldBe(2 * 2);

        (owner.Machines.Open, comer.Machines.Open).ShouldBe((3, 2));
        foreach (var app in apps)
            await owner.ShouldStandAsIfRunOnceAsync(app);
    }

    [Fact]
    public async Task A_replica_that_is_alone_gives_nothing_away()
    {
        var (owner, apps) = await OwnerOfAllAsync();
        await AddWorkAsync(owner, apps);

        (await owner.PassAsync()).ShouldBe(Applications * 2);
        owner.Machines.Open.ShouldBe(Applications);
    }

    [Fact]
    public async Task What_nobody_takes_is_taken_back_after_the_sync_interval()
    {
        var (owner, apps) = await OwnerOfAllAsync(("Services:Advancer:SyncInterval", "00:00:00.5"));
        var comer = await HostAsync(DatabaseKind.Postgresql);
        await comer.PassAsync();
        await AddWorkAsync(owner, apps);
        var done = await owner.PassAsync();
        await comer.DisposeAsync();

        while (done < Applications * 2)
        {
            await Task.Delay(20, Cancel);
            done += await owner.PassAsync();
        }

        foreach (var app in apps)
            await owner.ShouldStandAsIfRunOnceAsync(app);
    }

    private async Task<(ServiceHost Owner, List<Application> Apps)> OwnerOfAllAsync(params (string Key, string Value)[] settings)
    {
        var owner = await HostAsync(DatabaseKind.Postgresql, settings);
        var apps = new List<Application>();
        for (var i = 0; i < Applications; i++)
            apps.Add(await owner.AddApplicationAsync());
        await AddWorkAsync(owner, apps);
        await owner.PassAsync();
        owner.Machines.Open.ShouldBe(Applications);
        return (owner, apps);
    }

    /// <summary>An input and the end of its epoch each.</summary>
    private static async Task AddWorkAsync(ServiceHost host, List<Application> apps)
    {
        foreach (var app in apps)
            await host.AddEpochAsync(app, EpochStatus.Closed, "input");
    }
}
