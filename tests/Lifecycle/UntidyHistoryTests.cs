using System.Text.Json;
using CsCheck;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>
/// Whole histories of several epochs, told to the service as a bad network would: in any order, several times, with holes. Then one sync.
/// </summary>
public sealed class UntidyHistoryTests
{
    private static readonly EpochStatus[] Ends =
    [
        EpochStatus.Open,
        EpochStatus.Closed,
        EpochStatus.InputsProcessed,
        EpochStatus.ClaimCalculated,
        EpochStatus.ClaimSubmitted,
        EpochStatus.ClaimAccepted,
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// The end of each epoch, and the deliveries: (epoch, stage), each stage that was reached none, one, two or three times.
    /// </summary>
    private static Gen<(EpochStatus[] Ends, (int Epoch, int Stage)[] Deliveries)> Histories =>
        from drawn in Gen.Int[0, Ends.Length - 1].Array[1, 4]
        from rejected in Gen.Bool
        let ends = Legal(drawn, rejected)
        from copies in Gen.Int[0, 3].Array[ends.Length * 6]
        let told = Enumerable
            .Range(0, copies.Length)
            .Where(i => i % 6 < Stages(ends[i / 6]))
            .SelectMany(i => Enumerable.Repeat((i / 6, i % 6), copies[i]))
            .ToArray()
        from deliveries in Gen.Shuffle(told)
        select (ends, deliveries);

    [Fact]
    public async Task After_one_sync_every_saga_tells_what_an_ordered_history_without_loss_would_have_told()
    {
        await Histories.SampleAsync(
            async history =>
            {
                await using var database = await EpochsOnSqlite.StartAsync();
                var application = await database.AddApplicationAsync(EpochsOnSqlite.Echo, "echo");
                // Started on an empty database: its own look at the start has nothing to put right.
                await using (var node = await StartAsync(database.File))
                {
                    var handled = new HandledMessages();
                    node.Bus.ConnectConsumeObserver(handled);
                    for (var epoch = 0; epoch < history.Ends.Length; epoch++)
                        await database.AddEpochAsync(application, (ulong)epoch, history.Ends[epoch]);
                    var events = new List<IEpochEvent[]>();
                    for (var epoch = 0; epoch < history.Ends.Length; epoch++)
                        events.Add(await database.EventsAsync((ulong)epoch));
                    (
                        await handled.PublishAsync(
                            node.Bus,
                            history.Deliveries.Select(delivery => events[delivery.Epoch][delivery.Stage]),
                            Cancel
                        )
                    ).ShouldAllBe(succeeded => succeeded);
                    for (var epoch = 0; epoch < history.Ends.Length; epoch++)
                        await ShouldAnswerAsync(node.Bus, database, (ulong)epoch);
                }

                await database.SyncAsync();

                for (var epoch = 0; epoch < history.Ends.Length; epoch++)
                    await ShouldTellAsync(database, (ulong)epoch);
                (await database.SyncAsync()).ShouldBe(0);
            },
            iter: 25,
            threads: 1
        );
    }

    /// <summary>
    /// No epoch is further than the one before it; the first claim that is not accepted may be rejected, and none follows it then.
    /// </summary>
    private static EpochStatus[] Legal(int[] drawn, bool rejected)
    {
        var ends = drawn.OrderDescending().Select(end => Ends[end]).ToArray();
        var settled = Array.FindIndex(ends, end => end != EpochStatus.ClaimAccepted);
        if (!rejected || settled < 0)
            return ends;
        return
        [
            .. ends[..settled],
            EpochStatus.ClaimRejected,
            .. ends[(settled + 1)..].Select(end => end > EpochStatus.ClaimCalculated ? EpochStatus.ClaimCalculated : end),
        ];
    }

    private static int Stages(EpochStatus end) => end == EpochStatus.ClaimRejected ? 6 : (int)end - (int)EpochStatus.Open + 1;

    private static async Task ShouldTellAsync(EpochsOnSqlite database, ulong epoch)
    {
        var row = await database.EpochAsync(epoch);
        var saga = (await database.SagaAsync(epoch)).ShouldNotBeNull();
        saga.CurrentState.ShouldBe(EpochRowStory.StateOf(row.Status));
        (saga.OpenedAt, saga.ClosedAt, saga.InputsProcessedAt, saga.ClaimCalculatedAt, saga.ClaimSubmittedAt).ShouldBe(
            (row.OpenedAt, row.ClosedAt, row.InputsProcessedAt, row.ClaimCalculatedAt, row.ClaimSubmittedAt)
        );
        saga.AcceptedAt.ShouldBe(row.Status == EpochStatus.ClaimAccepted ? row.ClaimSettledAt : null);
        saga.RejectedAt.ShouldBe(row.Status == EpochStatus.ClaimRejected ? row.ClaimSettledAt : null);
        (saga.OutputsMerkleRoot is not null).ShouldBe(row.Status >= EpochStatus.ClaimCalculated);
        saga.ClaimTransactionHash.ShouldBe(row.ClaimTransactionHash);
    }

    /// <summary>A query is answered alike however often it is delivered, with what the saga knows by now.</summary>
    private static async Task ShouldAnswerAsync(IBus bus, EpochsOnSqlite database, ulong epoch)
    {
        var id = NewId.NextGuid();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                    bus.CreateRequestClient<GetEpochLifecycle>()
                        .GetResponse<EpochLifecycle, EpochLifecycleNotFound>(
                            new GetEpochLifecycle
                            {
                                ChainId = EpochHistory.ChainId,
                                Application = EpochHistory.Application,
                                EpochIndex = epoch,
                            },
                            request => request.UseExecute(context => context.MessageId = id),
                            Cancel
                        )
                )
        );
        var stories = answers.Select(answer => answer.Is(out Response<EpochLifecycle>? known) ? known!.Message : null).ToList();
        stories.Select(story => JsonSerializer.Serialize(story)).Distinct().ShouldHaveSingleItem();
        stories[0]?.State.ShouldBe((await database.SagaAsync(epoch))?.CurrentState);
        (stories[0] is null).ShouldBe(await database.SagaAsync(epoch) is null);
    }

    private static Task<Node> StartAsync(string file) =>
        Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection([
                new("Database:ConnectionString", $"Data Source={file}"),
                new("Ethereum:ChainId", "31337"),
            ]);
            builder.Services.AddRollupsPersistence(builder.Configuration);
            builder.Services.AddLifecycle(builder.Configuration);
            builder.Services.AddRollupsMessaging(builder.Configuration);
            var host = builder.Build();
            await host.StartAsync(CancellationToken.None);
            await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);
            return new Node(host);
        });

    private sealed record Node(IHost Host) : IAsyncDisposable
    {
        public IBus Bus => Host.Services.GetRequiredService<IBus>();

        public async ValueTask DisposeAsync()
        {
            await Host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)Host).DisposeAsync();
        }
    }
}
