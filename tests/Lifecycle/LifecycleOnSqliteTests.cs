using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Tests;

/// <summary>The whole service as the node adds it: in-memory bus, SQLite file, inbox, saga store.</summary>
public sealed class LifecycleOnSqliteTests : IAsyncLifetime
{
    private EpochsOnSqlite _database = null!;
    private int _echo;
    private IHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await EpochsOnSqlite.StartAsync();
        _echo = await _database.AddApplicationAsync(EpochsOnSqlite.Echo, "echo");
        // A host keeps the log context that it was started in; with a flow of its own, tests don't share one.
        await Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection([
                new("Database:ConnectionString", $"Data Source={_database.File}"),
                new("Ethereum:ChainId", "31337"),
            ]);
            builder.Services.AddRollupsPersistence(builder.Configuration);
            builder.Services.AddLifecycle(builder.Configuration);
            builder.Services.AddRollupsMessaging(builder.Configuration);
            _host = builder.Build();
            await _host.StartAsync(CancellationToken.None);
            await _host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(Cancel);
        _host.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_event_twice_and_all_at_once_end_in_the_accepted_story()
    {
        var epochs = Enumerable.Range(1, 8).Select(epoch => (ulong)epoch).ToArray();
        foreach (var epoch in epochs)
            await _database.AddEpochAsync(_echo, epoch, EpochStatus.ClaimAccepted);
        var deliveries = new List<IEpochEvent>();
        foreach (var epoch in epochs)
            deliveries.AddRange((await _database.EventsAsync(epoch)).SelectMany(happened => new[] { happened, happened }));

        await Task.WhenAll(
            deliveries.OrderBy(happened => happened.GetHashCode()).Select(happened => Bus.Publish((object)happened, Cancel))
        );

        foreach (var epoch in epochs)
        {
            var story = await UntilAsync(
                epoch,
                lifecycle =>
                    lifecycle
                        is {
                            State: "Accepted",
                            OpenedAt: not null,
                            ClosedAt: not null,
                            InputsProcessedAt: not null,
                            ClaimCalculatedAt: not null,
                            ClaimSubmittedAt: not null,
                        }
            );
            var row = await _database.EpochAsync(epoch);
            story.OpenedAt.ShouldBe(row.OpenedAt);
            story.AcceptedAt.ShouldBe(row.ClaimSettledAt);
            story.OutputsMerkleRoot.ShouldBe(EpochHistory.Root);
            story.ClaimTransactionHash.ShouldBe(EpochHistory.L1Transaction);
            story.ApplicationName.ShouldBe("echo");
        }
        await using var scope = _host.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<RollupsDbContext>().EpochLifecycles.CountAsync(Cancel)).ShouldBe(epochs.Length);
    }

    [Fact]
    public async Task The_answer_has_the_cause_of_each_stage_the_trace_and_the_cost_of_each_transaction()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var (cause, announced) = (Guid.NewGuid(), Guid.NewGuid());
        await _database.AddEpochAsync(_echo, 3, EpochStatus.ClaimAccepted);
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            await db.Epochs.ExecuteUpdateAsync(set => set.SetProperty(row => row.TraceParent, $"00-{Trace}-00f067aa0ba902b7-01"), Cancel);
            var sent = new L1Transaction
            {
                ChainId = EpochHistory.ChainId,
                ApplicationId = _echo,
                EpochIndex = 3,
                GasLimit = 100_000,
                MaxFeePerGas = 2_000_000_000,
                SignedTransaction = [1],
                State = TransactionState.Confirmed,
            };
            db.AddRange(
                sent,
                new EpochStep
                {
                    ApplicationId = _echo,
                    EpochIndex = 3,
                    Status = EpochStatus.ClaimCalculated,
                    Cause = StepCause.Event,
                    CauseMessageId = cause,
                    MessageId = announced,
                }
            );
            await db.SaveChangesAsync(Cancel);
            db.Add(
                new MinedTransaction
                {
                    TransactionId = sent.Id,
                    BlockNumber = 44,
                    GasUsed = 50_000,
                    EffectiveGasPrice = 1_500_000_000,
                }
            );
            await db.SaveChangesAsync(Cancel);
        }

        foreach (var happened in await _database.EventsAsync(3))
            await Bus.Publish((object)happened, Cancel);
        var story = await UntilAsync(3, lifecycle => lifecycle.State == "Accepted");

        story.TraceId.ShouldBe(Trace);
        story
            .Stages.Select(stage => stage.Stage)
            .ShouldBe(["OPEN", "CLOSED", "INPUTS_PROCESSED", "CLAIM_CALCULATED", "CLAIM_SUBMITTED", "CLAIM_ACCEPTED"]);
        story.Stages[0].Cause.ShouldBeNull();
        (story.Stages[3].Cause, story.Stages[3].CausedByMessageId, story.Stages[3].MessageId).ShouldBe(("EVENT", cause, announced));
        var transaction = story.Transactions.ShouldHaveSingleItem();
        (transaction.Kind, transaction.Outcome, transaction.GasUsed, transaction.Fee, transaction.MaxFee).ShouldBe(
            ("SUBMIT_CLAIM", "CONFIRMED", 50_000UL, "75000000000000", "200000000000000")
        );
    }

    [Fact]
    public async Task An_epoch_that_nobody_told_of_is_not_found_and_the_answer_says_what_to_do()
    {
        var answer = await AskAsync(99, EpochHistory.Application);
        answer.Is(out Response<EpochLifecycleNotFound>? refused).ShouldBeTrue();
        refused!.Message.Reason.ShouldStartWith($"Epoch 99 of {EpochHistory.Application} on chain 31337 is not known");
    }

    [Fact]
    public async Task A_malformed_address_in_the_query_is_named_in_the_answer()
    {
        var answer = await AskAsync(1, "0x12");
        answer.Is(out Response<EpochLifecycleNotFound>? refused).ShouldBeTrue();
        refused!.Message.Reason.ShouldBe("'0x12' is not an application address: give 0x and 40 hex digits.");
    }

    [Fact]
    public async Task A_malformed_event_stops_nothing_else()
    {
        await Bus.Publish((EpochOpened)EpochHistory.Accepted(5)[0] with { Application = "not an address" }, Cancel);
        await _database.AddEpochAsync(_echo, 6, EpochStatus.Open);
        await Bus.Publish((object)(await _database.EventsAsync(6))[0], Cancel);
        (await UntilAsync(6, lifecycle => lifecycle.State == "Opened")).OpenedAt.ShouldBe((await _database.EpochAsync(6)).OpenedAt);
    }

    private IBus Bus => _host.Services.GetRequiredService<IBus>();

    private Task<Response<EpochLifecycle, EpochLifecycleNotFound>> AskAsync(ulong epoch, string application) =>
        Bus.CreateRequestClient<GetEpochLifecycle>()
            .GetResponse<EpochLifecycle, EpochLifecycleNotFound>(
                new GetEpochLifecycle
                {
                    ChainId = EpochHistory.ChainId,
                    Application = application,
                    EpochIndex = epoch,
                },
                Cancel
            );

    private async Task<EpochLifecycle> UntilAsync(ulong epoch, Func<EpochLifecycle, bool> reached)
    {
        while (true)
        {
            var answer = await AskAsync(epoch, EpochHistory.Application);
            if (answer.Is(out Response<EpochLifecycle>? found) && reached(found!.Message))
                return found.Message;
            await Task.Delay(20, Cancel);
        }
    }
}
