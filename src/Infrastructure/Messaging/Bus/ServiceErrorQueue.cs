using System.Net.Mime;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace Rollups.Messaging;

/// <summary>
/// Durable error queues for a service whose own queues are temporary. MassTransit would declare an endpoint's error queues as temporary as
/// the endpoint itself.
/// </summary>
public static class ServiceErrorQueue
{
    /// <summary>
    /// Moves failed messages to the durable queue <c>SERVICE_error</c>, and messages without a consumer to <c>SERVICE_skipped</c>:
    /// unchanged, with MassTransit's own headers (on a broker; the in-memory transport drops them), so that they can be moved back. All
    /// replicas share the two queues. On RabbitMQ they exist from the first start.
    /// </summary>
    public static void UseServiceErrorQueue(this IReceivePipelineConfigurator endpoint, string service, QueueNames names)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(names);
        endpoint.ConfigureError(pipe =>
        {
            pipe.UseFilter(new GenerateFaultFilter());
            pipe.UseFilter(
                new MoveFilter<ExceptionReceiveContext>(
                    names.AddressOf($"{service}_error"),
                    (headers, faulted) => headers.SetExceptionHeaders(faulted)
                )
            );
        });
        endpoint.ConfigureDeadLetter(pipe =>
            pipe.UseFilter(
                new MoveFilter<ReceiveContext>(
                    names.AddressOf($"{service}_skipped"),
                    (headers, _) => headers.Set(MessageHeaders.Reason, "dead-letter")
                )
            )
        );
    }

    /// <summary>Fails when the queue cannot be reached; the broker then keeps the message and delivers it again.</summary>
    private sealed class MoveFilter<TContext>(Uri queue, Action<SendHeaders, TContext> explain) : IFilter<TContext>
        where TContext : class, ReceiveContext
    {
        // A send may wait for ever and would block the consumer's queue.
        private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

        public async Task Send(TContext context, IPipe<TContext> next)
        {
            var endpoint = await context.SendEndpointProvider.GetSendEndpoint(queue);
            await endpoint
                .Send(
                    new SerializedMessageBody(),
                    Pipe.Execute<SendContext<SerializedMessageBody>>(send => Copy(context, send)),
                    context.CancellationToken
                )
                .WaitAsync(SendTimeout, context.CancellationToken);
            await next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("serviceErrorQueue").Add("queue", queue);

        private void Copy(TContext context, SendContext send)
        {
            // An unreadable message may have no content type, or an unknown one.
            send.Serializer = new CopyBodySerializer(context.ContentType ?? new ContentType("application/octet-stream"), context.Body);
            foreach (var header in context.TransportHeaders.GetAll())
                send.Headers.Set(header.Key, header.Value);
            if (Guid.TryParse(context.TransportHeaders.Get<string>(MessageHeaders.MessageId), out var messageId))
                send.MessageId = messageId;
            explain(send.Headers, context);
        }
    }
}
