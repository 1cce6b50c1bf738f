namespace VoucherExecutor;

/// <summary>
/// Executes the vouchers of an epoch once L1 has accepted its claim. The event is a hint: the node and L1 know what is left to do, so an
/// event that comes twice, late or out of order changes nothing.
/// </summary>
public sealed class ExecuteVouchers(Node node, IL1 l1, ILogger<ExecuteVouchers> logger) : IConsumer<EpochClaimAccepted>
{
    /// <summary>One epoch at a time, because one account signs; with growing pauses while the node or L1 is away.</summary>
    public static void AddTo(IRegistrationConfigurator bus) =>
        bus.AddConsumer<ExecuteVouchers>(consumer => consumer.UseMessageRetry(retry => retry.Intervals(200, 1000, 9000, 30000, 90000)))
            .Endpoint(queue => (queue.Name, queue.ConcurrentMessageLimit) = ("voucher-executor", 1));

    public async Task Consume(ConsumeContext<EpochClaimAccepted> context)
    {
        // Nodes of several chains may share a broker.
        if (context.Message.ChainId != l1.ChainId)
            return;
        var application = context.Message.Application;
        await foreach (var voucher in node.VouchersAsync(application, context.Message.EpochIndex, context.CancellationToken))
        {
            if (await l1.WasExecutedAsync(application, voucher.Index))
                continue;
            // A voucher that reverts stays valid, and must not stop the others.
            if (await l1.ExecuteAsync(application, voucher, context.CancellationToken) is { } reason)
                logger.LogWarning("Voucher {Index} of {Application} reverts: {Reason}", voucher.Index, application, reason);
            else
                logger.LogInformation("Voucher {Index} of {Application} is executed", voucher.Index, application);
        }
    }
}
