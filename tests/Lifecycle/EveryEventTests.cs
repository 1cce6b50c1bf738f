using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Tests;

/// <summary>
/// Whatever the contracts call an event of an epoch is written down by the saga, confirmed by the row that its move leaves, and put right
/// by the reconciliation. A new event that one of the three forgets fails here.
/// </summary>
public sealed class EveryEventTests(SagaOnHarness harness) : IClassFixture<SagaOnHarness>, IAsyncLifetime
{
    private readonly List<Epoch> _rows = [];
    private EpochsOnSqlite _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<Type> EpochEvents =>
        [
            .. typeof(IEpochEvent)
                .Assembly.GetTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IEpochEvent).IsAssignableFrom(type)),
        ];

    /// <summary>An epoch in every status, and one whose claim L1 took back; each of an application of its own.</summary>
    public async ValueTask InitializeAsync()
    {
        _database = await EpochsOnSqlite.StartAsync();
        foreach (var status in Enum.GetValues<EpochStatus>())
            await AddAsync(status);
        var (application, index) = await AddAsync(EpochStatus.ClaimAccepted);
        await _database.TakeBackAsync(application, index);
        foreach (var epoch in Enumerable.Range(0, (int)index + 1))
            _rows.Add(await _database.EpochAsync((ulong)epoch));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [MemberData(nameof(EpochEvents))]
    public void Its_row_confirms_it_and_no_other_time_does(Type type)
    {
        var (row, happened) = LastMoveOf(type);

        EpochRowStory.Confirms(row, Make(type, row, happened.OccurredAt.AddHours(1))).ShouldBeFalse();
        if (type.GetProperty("Round") is null)
            return;
        row.ClaimRound++;
        EpochRowStory.Confirms(row, happened).ShouldBeFalse("it confirms an event of another round");
        EpochRowStory.IsOver(row, happened).ShouldBeTrue("its round is over, and the confirmation would call it forged");
    }

    [Theory]
    [MemberData(nameof(EpochEvents))]
    public async Task The_saga_and_the_reconciliation_tell_the_same_of_it(Type type)
    {
        var (row, happened) = LastMoveOf(type);
        var told = (await harness.TellAsync(happened)).ShouldNotBeNull();
        var times = TimesOf(told).ToList();
        times.Count.ShouldBe(1, "the saga does not write down when it happened");
        await _database.SyncAsync();

        var reconciled = (await _database.SagaAsync(row.Index)).ShouldNotBeNull();
        reconciled.CurrentState.ShouldBe(told.CurrentState);
        TimesOf(reconciled).ShouldContain(times[0], $"the reconciliation does not write {times[0].Name}");

        IEnumerable<PropertyInfo> TimesOf(EpochLifecycleState saga) =>
            typeof(EpochLifecycleState)
                .GetProperties()
                .Where(property =>
                    property.PropertyType == typeof(DateTimeOffset?) && (DateTimeOffset?)property.GetValue(saga) == happened.OccurredAt
                );
    }

    [Theory]
    [MemberData(nameof(EpochEvents))]
    public async Task A_saga_that_lacks_it_is_found_and_put_right(Type type)
    {
        var (row, happened) = LastMoveOf(type);
        await _database.SyncAsync();
        var right = (await _database.SagaAsync(row.Index)).ShouldNotBeNull();
        var time = typeof(EpochLifecycleState)
            .GetProperties()
            .Single(property =>
                property.PropertyType == typeof(DateTimeOffset?) && (DateTimeOffset?)property.GetValue(right) == happened.OccurredAt
            );
        foreach (var (property, wrong) in new[] { (time, (object?)null), (typeof(EpochLifecycleState).GetProperty("CurrentState")!, "?") })
        {
            await _database.UseAsync(async db =>
            {
                var saga = await db.EpochLifecycles.SingleAsync(saga => saga.EpochIndex == row.Index, Cancel);
                property.SetValue(saga, wrong);
                return await db.SaveChangesAsync(Cancel);
            });

            (await _database.SyncAsync()).ShouldBe(1, $"nothing finds a saga that lacks {property.Name}");
            property.GetValue(await _database.SagaAsync(row.Index)).ShouldBe(property.GetValue(right));
        }
    }

    /// <summary>The row in which the event's move was the last, and the event as that move publishes it.</summary>
    private (Epoch Row, IEpochEvent Happened) LastMoveOf(Type type)
    {
        foreach (var row in _rows)
        {
            var happened = Make(type, row, row.UpdatedAt);
            if (EpochRowStory.Confirms(row, happened))
                return (row, happened);
        }

        throw new InvalidOperationException(
            $"No epoch confirms {type.Name}: EpochRowStory.Confirms has no line for it, or no status is left by its move."
        );
    }

    private static IEpochEvent Make(Type type, Epoch row, DateTimeOffset at)
    {
        var happened = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is not null))
        {
            object? value = property.Name switch
            {
                nameof(IEpochEvent.ChainId) => EpochHistory.ChainId,
                nameof(IEpochEvent.Application) => EpochHistory.Application,
                nameof(IEpochEvent.EpochIndex) => row.Index,
                nameof(IEpochEvent.OccurredAt) => at,
                nameof(EpochClaimSubmitted.OutputsMerkleRoot) => row.OutputsMerkleRoot?.ToString(),
                nameof(EpochClaimSubmitted.TransactionHash) => row.ClaimTransactionHash?.ToString(),
                nameof(EpochClaimSubmitted.Round) => row.ClaimRound,
                _ => property.PropertyType == typeof(string) ? "" : null,
            };
            if (value is not null)
                property.SetValue(happened, value);
        }

        return (IEpochEvent)happened;
    }

    private async Task<(int Application, ulong Index)> AddAsync(EpochStatus status)
    {
        var number = await _database.UseAsync(db => db.Applications.CountAsync(Cancel));
        var application = await _database.AddApplicationAsync(Address.Parse($"0x{number + 1:x40}"), $"echo-{number}");
        await _database.AddEpochAsync(application, (ulong)number, status);
        return (application, (ulong)number);
    }
}
