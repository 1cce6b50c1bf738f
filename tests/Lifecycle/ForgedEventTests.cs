using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>Events that no worker has published. Without any sync: what they may do, they would have done.</summary>
public sealed class ForgedEventTests : IAsyncLifetime
{
    private readonly HandledMessages _handled = new();
    private EpochsOnSqlite _database = null!;
    private IHost _host = null!;
    private int _echo;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await EpochsOnSqlite.StartAsync();
        _echo = await _database.AddApplicationAsync(EpochsOnSqlite.Echo, "echo");
        await Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection([
                new("Database:ConnectionString", $"Data Source={_database.File}"),
                new("Ethereum:ChainId", "31337"),
            ]);
            builder
                .Services.AddRollupsPersistence(builder.Configuration)
                .AddLifecycle(builder.Configuration)
                .AddRollupsMessaging(builder.Configuration);
            _host = builder.Build();
            await _host.StartAsync(Cancel);
            var bus = _host.Services.GetRequiredService<IBusControl>();
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);
            bus.ConnectConsumeObserver(_handled);
            // The sync at the start may come late, and would tell of the epochs that a test adds.
            await Task.WhenAll(
                _host
                    .Services.GetServices<IHostedService>()
                    .OfType<BackgroundService>()
                    .Where(service => service.GetType().Name == "StartupSync`1")
                    .Select(service => service.ExecuteTask!)
            );
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_epoch_without_a_row_gets_no_saga_whatever_is_told_of_it()
    {
        using var ignored = new IgnoredEvents();
        await TellAsync([.. EpochHistory.Accepted(7), .. EpochHistory.Rejected(ulong.MaxValue), .. EpochHistory.Accepted(long.MaxValue)]);

        (await SagasAsync()).ShouldBeEmpty();
        ignored.Of("lifecycle", "unknown_epoch").ShouldBe(18);
    }

    [Fact]
    public async Task An_unknown_application_and_another_chain_leave_no_saga()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.Open);
        var opened = (EpochOpened)(await _database.EventsAsync(0))[0];

        await TellAsync(opened with { Application = "0x00000000000000000000000000000000000000ff" }, opened with { ChainId = 1 });

        (await SagasAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stage_that_was_not_reached_or_with_other_values_than_the_rows_is_not_told()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        var truth = await _database.EventsAsync(0);
        await TellAsync(truth);
        var before = (await SagasAsync()).ShouldHaveSingleItem();

        await TellAsync(
            (EpochClaimRejected)EpochHistory.Rejected(0)[5],
            (EpochOpened)truth[0] with
            {
                OccurredAt = DateTimeOffset.MinValue,
            },
            (EpochClosed)truth[1] with
            {
                OccurredAt = DateTimeOffset.MaxValue,
            },
            (EpochClaimCalculated)truth[3] with
            {
                OutputsMerkleRoot = EpochHistory.OtherRoot,
            },
            (EpochClaimSubmitted)truth[4] with
            {
                TransactionHash = EpochHistory.OtherRoot,
            },
            (EpochClaimAccepted)truth[5] with
            {
                OutputsMerkleRoot = "",
            }
        );

        (await SagasAsync()).ShouldHaveSingleItem().ShouldBeEquivalentTo(before);
    }

    [Fact]
    public async Task An_event_of_a_round_that_is_over_changes_nothing_and_is_no_forgery()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        var first = await _database.EventsAsync(0);
        // The events of the first round are handled after L1 took it back.
        var row = await _database.TakeBackAsync(_echo, 0);
        using var ignored = new IgnoredEvents();
        var reverted = EpochHistory.Reverted(0, 1, 0, "accepted") with { OccurredAt = row.ClaimRevertedAt!.Value };
        (await TellAsync([.. first, reverted])).ShouldAllBe(succeeded => succeeded);

        var saga = (await SagasAsync()).ShouldHaveSingleItem();
        (saga.CurrentState, saga.ClaimRound, saga.ClaimRevertedAt).ShouldBe(("ClaimCalculated", 1, row.ClaimRevertedAt));
        (saga.ClaimSubmittedAt, saga.AcceptedAt, saga.ClaimTransactionHash).ShouldBe((null, null, null));
        ignored.Of("lifecycle", "not_confirmed").ShouldBe(0);

        // One that is ahead of the row was never true.
        await TellAsync(reverted with { Round = 2 }, (EpochClaimSubmitted)first[4] with { Round = 1 });
        (await SagasAsync()).ShouldHaveSingleItem().ShouldBeEquivalentTo(saga);
        ignored.Of("lifecycle", "not_confirmed").ShouldBe(2);
    }

    private Task<bool[]> TellAsync(params IEpochEvent[] events) =>
        _handled.PublishAsync(_host.Services.GetRequiredService<IBus>(), events, Cancel);

    private Task<List<EpochLifecycleState>> SagasAsync() =>
        _database.UseAsync(db => db.EpochLifecycles.AsNoTracking().ToListAsync(Cancel));
}
