using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>Lists of epochs over the bus, from the whole service as the node adds it.</summary>
public sealed class LifecycleQueriesTests : IAsyncLifetime
{
    private static readonly Address Second = Address.Parse("0x" + new string('f', 40));
    private EpochsOnSqlite _database = null!;
    private ServiceHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await EpochsOnSqlite.StartAsync();
        var echo = await _database.AddApplicationAsync(EpochsOnSqlite.Echo, "echo");
        var other = await _database.AddApplicationAsync(Second, "other");
        await _database.AddEpochAsync(echo, 1, EpochStatus.ClaimAccepted);
        await _database.AddEpochAsync(echo, 2, EpochStatus.ClaimSubmitted);
        await _database.AddEpochAsync(other, 5, EpochStatus.Closed);
        _database.Clock.Advance(TimeSpan.FromSeconds(1));
        await _database.AddEpochAsync(echo, 3, EpochStatus.Open);
        await _database.SyncAsync();
        _host = await ServiceHost.CreateAsync(
            new ServiceSetup((services, configuration) => services.AddLifecycle(configuration))
            {
                Clock = _database.Clock,
                Settings = [("Database:ConnectionString", $"Data Source={_database.File}")],
            }
        );
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_or_a_repetition()
    {
        var seen = new List<(string, ulong)>();
        EpochPosition? after = null;
        do
        {
            var page = await ListAsync(
                new ListEpochLifecycles
                {
                    ChainId = EpochHistory.ChainId,
                    After = after,
                    Limit = 1,
                }
            );
            seen.AddRange(page.Epochs.Select(epoch => (epoch.ApplicationName, epoch.EpochIndex)));
            after = page.Next;
        } while (after is not null);
        seen.ShouldBe([("echo", 1), ("echo", 2), ("echo", 3), ("other", 5)]);
    }

    [Fact]
    public async Task Filters_by_application_and_by_state_are_combined()
    {
        (await IndexesAsync(EpochsOnSqlite.Echo.ToString(), null)).ShouldBe([1UL, 2, 3]);
        (await IndexesAsync(null, "Closed")).ShouldBe([5UL]);
        (await IndexesAsync(EpochsOnSqlite.Echo.ToString(), "Closed")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stuck_epochs_are_those_that_wait_and_the_longest_comes_first()
    {
        _database.Clock.Advance(TimeSpan.FromHours(1));
        (await StuckAsync(TimeSpan.Zero)).ShouldBe([2UL, 5, 3]);
        (await StuckAsync(TimeSpan.FromHours(2))).ShouldBeEmpty();
        var since = (await _database.EpochAsync(5)).ClosedAt!.Value;
        (await StuckAsync(_database.Clock.GetUtcNow() - since)).ShouldBe([2UL, 5]);
    }

    [Fact]
    public async Task A_wrong_query_is_refused_with_the_remedy()
    {
        var list = new ListEpochLifecycles { ChainId = EpochHistory.ChainId };
        (await RefusedAsync(list with { State = "Done" })).ShouldStartWith("'Done' is not a state: give one of Opened, Closed,");
        (await RefusedAsync(list with { Limit = 0 })).ShouldBe("The limit is 0: give 1 to 1000 epochs.");
        (await RefusedAsync(list with { Application = "0x12" })).ShouldBe(
            "'0x12' is not an application address: give 0x and 40 hex digits."
        );
        (
            await RefusedAsync(
                list with
                {
                    After = new EpochPosition { Application = "x", EpochIndex = 1 },
                }
            )
        ).ShouldStartWith("'x' is not");
        (await RefusedAsync(new GetStuckEpochs { ChainId = 1, OlderThan = TimeSpan.FromSeconds(-1) })).ShouldStartWith("OlderThan is");
    }

    private async Task<List<ulong>> IndexesAsync(string? application, string? state) =>
        [
            .. (
                await ListAsync(
                    new ListEpochLifecycles
                    {
                        ChainId = EpochHistory.ChainId,
                        Application = application,
                        State = state,
                    }
                )
            ).Epochs.Select(epoch => epoch.EpochIndex),
        ];

    private async Task<List<ulong>> StuckAsync(TimeSpan age) =>
        [
            .. (await ListAsync(new GetStuckEpochs { ChainId = EpochHistory.ChainId, OlderThan = age })).Epochs.Select(epoch =>
                epoch.EpochIndex
            ),
        ];

    private async Task<EpochLifecycleList> ListAsync<TQuery>(TQuery query)
        where TQuery : class
    {
        var answer = await AskAsync(query);
        answer.Is(out Response<EpochLifecyclesRefused>? refused).ShouldBeFalse(refused?.Message.Reason);
        answer.Is(out Response<EpochLifecycleList>? list).ShouldBeTrue();
        return list!.Message;
    }

    private async Task<string> RefusedAsync<TQuery>(TQuery query)
        where TQuery : class
    {
        (await AskAsync(query)).Is(out Response<EpochLifecyclesRefused>? refused).ShouldBeTrue();
        return refused!.Message.Reason;
    }

    private Task<Response<EpochLifecycleList, EpochLifecyclesRefused>> AskAsync<TQuery>(TQuery query)
        where TQuery : class =>
        _host
            .Bus.CreateRequestClient<TQuery>(RequestTimeout.After(m: 3))
            .GetResponse<EpochLifecycleList, EpochLifecyclesRefused>(query, Cancel);
}
