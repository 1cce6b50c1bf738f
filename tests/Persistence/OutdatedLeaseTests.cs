using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence.Tests;

/// <summary>
/// The database has another term than the process that has the lock: it was restored or failed over, or the lock was none.
/// </summary>
[NeedsServers]
public sealed class OutdatedLeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public async Task A_lease_with_an_outdated_term_is_given_up_and_can_be_taken_anew(int by, bool withApplication)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        var name = $"advancer:{Guid.NewGuid():N}";
        await (await database.Provider.TryAcquireLeaseAsync(name, Token)).ShouldNotBeNull().DisposeAsync();
        var lease = (await database.Provider.TryAcquireLeaseAsync(name, Token)).ShouldNotBeNull();
        var application = await Seed.ApplicationAsync(database.NewContext());
        await database.NewContext().Database.ExecuteSqlAsync($"UPDATE leases SET term = term + {by} WHERE name = {name}", Token);
        using var given = new Counted("rollups.leases.outdated");

        (await HoldsAsync(database, lease, withApplication ? application : null)).ShouldBeFalse();

        lease.Lost.WaitHandle.WaitOne(TimeSpan.FromMinutes(3)).ShouldBeTrue();
        given.Tags.ShouldContain("advancer");
        await using var again = (await database.Provider.TryAcquireLeaseAsync(name, Token)).ShouldNotBeNull();
        (await HoldsAsync(database, again, application)).ShouldBeTrue();
        (await HoldsAsync(database, lease, application)).ShouldBeFalse();
        again.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task An_application_that_is_not_there_costs_nobody_its_lease()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgresql);
        await using var lease = (await database.Provider.TryAcquireLeaseAsync("advancer:x", Token)).ShouldNotBeNull();

        (await HoldsAsync(database, lease, 4711)).ShouldBeFalse();

        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    private static async Task<bool> HoldsAsync(TestDatabase database, ILease lease, int? application)
    {
        var db = database.NewContext();
        await using var transaction = await db.Database.BeginTransactionAsync(Token);
        return application is { } id
            ? await database.Provider.LockApplicationAsync(db, id, lease, Token)
            : await database.Provider.HoldLeaseAsync(db, lease, Token);
    }

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string?> _tags = [];

        public Counted(string instrument)
        {
            _listener.InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument)
                    listener.EnableMeasurementEvents(published);
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, _, tags, _) =>
                {
                    lock (_tags)
                        _tags.Add(tags[0].Value as string);
                }
            );
            _listener.Start();
        }

        public IReadOnlyList<string?> Tags
        {
            get
            {
                lock (_tags)
                    return [.. _tags];
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
