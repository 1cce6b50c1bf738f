using System.Threading.Channels;
using CsCheck;
using MassTransit;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>
/// Whole histories of an application, announced as a bad network would: in any order, several times, before or after the rows they speak
/// of, or not at all.
/// </summary>
public sealed class UntidyHistoryTests : OnDatabase
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Inputs of each epoch; and for each moment, before the first epoch and after each, the epochs whose events are delivered then, each
    /// as a count of inputs or as closed.
    /// </summary>
    private static Gen<(int[] Inputs, (int Epoch, bool Closed)[][] Deliveries)> Histories =>
        from inputs in Gen.Int[0, 3].Array[1, 4]
        from deliveries in Gen.Select(Gen.Int[0, inputs.Length - 1], Gen.Bool).Array[0, 4].Array[inputs.Length + 1]
        select (inputs, deliveries);

    [Fact]
    public async Task Whatever_is_told_and_whatever_is_lost_one_sync_later_every_input_has_run_once_and_every_epoch_is_finished()
    {
        var host = await HostAsync(DatabaseKind.Sqlite);
        await host.StartAsync();
        var handled = new HandledMessages();
        host.Bus.ConnectConsumeObserver(handled);
        var finished = Channel.CreateUnbounded<EpochInputsProcessed>();
        await host
            .Bus.ConnectReceiveEndpoint(
                "finished",
                endpoint => endpoint.Handler<EpochInputsProcessed>(context => finished.Writer.WriteAsync(context.Message, Cancel).AsTask())
            )
            .Ready.WaitAsync(Cancel);
        await Histories.SampleAsync(
            async history =>
            {
                var app = await host.AddApplicationAsync();
                await TellAsync(0);
                for (var epoch = 0; epoch < history.Inputs.Length; epoch++)
                {
                    await host.AddEpochAsync(
                        app,
                        EpochStatus.Closed,
                        [.. Enumerable.Range(0, history.Inputs[epoch]).Select(input => $"{epoch} {input}")]
                    );
                    await TellAsync(epoch + 1);
                }

                await host.Runner.WakeAllAsync(WorkTrigger.Sync, Cancel);

                await host.ShouldStandAsIfRunOnceAsync(app);
                (await host.EpochsAsync(app)).ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
                var announced = new List<ulong>();
                while (announced.Count < history.Inputs.Length)
                    announced.Add((await finished.Reader.ReadAsync(Cancel)).EpochIndex);
                announced.Order().ShouldBe(Enumerable.Range(0, history.Inputs.Length).Select(epoch => (ulong)epoch));
                finished.Reader.TryRead(out _).ShouldBeFalse();

                async Task TellAsync(int moment) =>
                    (
                        await handled.PublishAsync(
                            host.Bus,
                            history.Deliveries[moment].Select(told => Event(app, told.Epoch, told.Closed)),
                            Cancel
                        )
                    ).ShouldAllBe(succeeded => succeeded);
            },
            iter: 40,
            threads: 1
        );
    }

    private static object Event(Application app, int epoch, bool closed) =>
        closed
            ? new EpochClosed
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                EpochIndex = (ulong)epoch,
                InputIndexLowerBound = 0,
                InputIndexUpperBound = 1,
                OccurredAt = DateTimeOffset.UnixEpoch,
            }
            : new InputReceived
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                FirstInputIndex = (ulong)epoch,
                LastInputIndex = (ulong)epoch,
                LastBlock = 9,
                OccurredAt = DateTimeOffset.UnixEpoch,
            };
}
