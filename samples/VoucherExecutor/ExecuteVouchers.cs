using MassTransit;
using Rollups.Contracts;

namespace VoucherExecutor;

/// <summary>
/// Executes the vouchers of an epoch once L1 has accepted its claim. The event is a hint: what is to be done is read anew, so that a
/// message that comes twice, late or in another order changes nothing.
/// </summary>
public sealed partial class ExecuteVouchers(IVouchers node, IApplicationContracts l1, ILogger<ExecuteVouchers> logger)
    : IConsumer<EpochClaimAccepted>
{
    public async Task Consume(ConsumeContext<EpochClaimAccepted> context)
    {
        var (application, epoch) = (context.Message.Application, context.Message.EpochIndex);
        await foreach (var voucher in node.ReadAsync(application, epoch, context.CancellationToken))
        {
            if (await l1.WasExecutedAsync(application, voucher, context.CancellationToken))
                continue;
            // A voucher that reverts stays valid, and must not keep the others waiting.
            if (await l1.ExecuteAsync(application, voucher, context.CancellationToken) is { } refusal)
                LogReverts(logger, voucher.Index, application, refusal);
            else
                LogExecuted(logger, voucher.Index, application);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Voucher {Index} of {Application} reverts: {Reason}")]
    private static partial void LogReverts(ILogger logger, ulong index, string application, string reason);

    [LoggerMessage(2, LogLevel.Information, "Voucher {Index} of {Application} is executed")]
    private static partial void LogExecuted(ILogger logger, ulong index, string application);
}

/// <summary>The queue, and what happens when the node or L1 is away.</summary>
public sealed class ExecuteVouchersDefinition : ConsumerDefinition<ExecuteVouchers>
{
    public ExecuteVouchersDefinition()
    {
        EndpointName = "voucher-executor";
        // One epoch at a time: all transactions are of one account.
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ExecuteVouchers> consumerConfigurator,
        IRegistrationContext context
    ) =>
        endpointConfigurator.UseMessageRetry(retry =>
            retry.Exponential(10, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(200))
        );
}
