using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// One transaction per message: the inbox row, the state, and the messages that the consumer publishes. The broker's acknowledgement
/// follows the commit.
/// </summary>
internal sealed class EntityFrameworkOutboxContextFactory(
    RollupsDbContext db,
    IDatabaseProvider database,
    OutboxCapture capture,
    IServiceProvider services,
    TimeProvider clock
) : IOutboxContextFactory<RollupsDbContext>
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var messageId =
            context.GetOriginalMessageId()
            ?? throw new MessageException(typeof(T), "A message without an id cannot be distinguished from its own copy.");
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        try
        {
            var isNew = await database.TryAddInboxAsync(db, messageId, options.ConsumerId, clock.GetUtcNow(), context.CancellationToken);
            if (!isNew)
                Telemetry.Duplicates.Add(1);
            await next.Send(new InboxContext<T>(context, options, services, capture, isConsumed: !isNew));
            await db.SaveChangesAsync(context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
        }
        catch
        {
            await transaction.AbandonAsync(capture);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxContextFactory");

    /// <summary>Delivers nothing inside the pipe: the dispatcher delivers after the commit.</summary>
    private sealed class InboxContext<T>(
        ConsumeContext<T> context,
        OutboxConsumeOptions options,
        IServiceProvider provider,
        OutboxCapture capture,
        bool isConsumed
    ) : OutboxConsumeContextProxy<T>(context, options, provider)
        where T : class
    {
        private bool _isConsumed = isConsumed;

        public override bool ContinueProcessing { get; set; }

        public override bool IsMessageConsumed => _isConsumed;

        public override bool IsOutboxDelivered => true;

        public override int ReceiveCount => 1;

        public override long? LastSequenceNumber => null;

        public override Task SetConsumed()
        {
            _isConsumed = true;
            return Task.CompletedTask;
        }

        public override Task SetDelivered() => Task.CompletedTask;

        public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

        public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

        public override Task RemoveOutboxMessages() => Task.CompletedTask;

        public override Task AddSend<TMessage>(SendContext<TMessage> context) => capture.AddSend(context);
    }
}
