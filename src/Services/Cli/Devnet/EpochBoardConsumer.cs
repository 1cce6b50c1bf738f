using MassTransit;
using Rollups.Contracts;
using Rollups.Messaging;

namespace Rollups.Cli.Devnet;

/// <summary>An external listener on the bus: shows every stage of every epoch.</summary>
internal sealed class EpochBoardConsumer(EpochBoard board)
    : IConsumer<EpochOpened>,
        IConsumer<EpochClosed>,
        IConsumer<EpochInputsProcessed>,
        IConsumer<EpochClaimCalculated>,
        IConsumer<EpochClaimSubmitted>,
        IConsumer<EpochClaimAccepted>,
        IConsumer<EpochClaimRejected>,
        IConsumer<EpochClaimReverted>,
        IConsumer<AppInoperable>
{
    public Task Consume(ConsumeContext<EpochOpened> context) =>
        Show(context.Message, 0, $"blocks {context.Message.FirstBlock} to {context.Message.LastBlock}");

    public Task Consume(ConsumeContext<EpochClosed> context) =>
        Show(
            context.Message,
            1,
            context.Message.InputIndexLowerBound == context.Message.InputIndexUpperBound
                ? "no inputs"
                : $"inputs {context.Message.InputIndexLowerBound} to {context.Message.InputIndexUpperBound - 1}"
        );

    public Task Consume(ConsumeContext<EpochInputsProcessed> context) =>
        Show(context.Message, 2, $"machine {context.Message.MachineHash[..18]}...");

    public Task Consume(ConsumeContext<EpochClaimCalculated> context) =>
        Show(context.Message, 3, $"claim {context.Message.OutputsMerkleRoot[..18]}...");

    public Task Consume(ConsumeContext<EpochClaimSubmitted> context) =>
        Show(context.Message, 4, $"transaction {context.Message.TransactionHash[..18]}...");

    public Task Consume(ConsumeContext<EpochClaimAccepted> context) => Show(context.Message, 5, "on L1");

    public Task Consume(ConsumeContext<EpochClaimRejected> context) =>
        Print($"epoch {context.Message.EpochIndex} REJECTED: {context.Message.Reason}");

    public Task Consume(ConsumeContext<EpochClaimReverted> context) =>
        Print(
            $"epoch {context.Message.EpochIndex} REVERTED by L1 with block {context.Message.BlockNumber}; it was "
                + $"{context.Message.Stage}, and the node claims it again"
        );

    public Task Consume(ConsumeContext<AppInoperable> context) =>
        Print($"{context.Message.ApplicationName} is INOPERABLE ({context.Message.ReasonKind}): {context.Message.Reason}");

    private Task Show(IEpochEvent message, int stage, string detail)
    {
        board.Show(message, stage, detail);
        return Task.CompletedTask;
    }

    private Task Print(string text)
    {
        board.Print(text);
        return Task.CompletedTask;
    }
}

/// <summary>Names the queue and its retry policy.</summary>
internal sealed class EpochBoardConsumerDefinition : ConsumerDefinition<EpochBoardConsumer>
{
    /// <summary>Queue <c>devnet-board</c>.</summary>
    public EpochBoardConsumerDefinition(QueueNames? names = null) => EndpointName = (names ?? QueueNames.InMemory).Of("devnet-board");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EpochBoardConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
