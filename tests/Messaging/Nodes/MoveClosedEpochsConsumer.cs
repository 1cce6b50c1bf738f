using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.HopWork;

/// <summary>Wakes the worker, as the services' consumers do.</summary>
internal sealed class MoveClosedEpochsConsumer(IWorkRunner<MoveClosedEpochs> runner) : IConsumer<EpochClosed>
{
    public const string Queue = "mover-epoch-closed";

    public Task Consume(ConsumeContext<EpochClosed> context) =>
        runner.WakeAsync(new WorkKey(Address.Parse(context.Message.Application)), WorkTrigger.Event, context.CancellationToken);

    public static void Add(IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<MoveClosedEpochsConsumer>().Endpoint(endpoint => endpoint.Name = Queue);
}
