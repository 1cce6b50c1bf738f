using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// Stands between the exchanges of the events and the queues of the services: every event reaches every service twice, in an order of its
/// own, the second time often long after the first. Start it when the services have bound their queues.
/// </summary>
internal sealed class UntidyRelay : IAsyncDisposable
{
    private const string Queue = "untidy-relay";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly ConcurrentQueue<Delivery> _arrived = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILookup<string, string> _destinations;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Random _random;
    private Task _running = Task.CompletedTask;
    private int _events;

    private UntidyRelay(ILookup<string, string> destinations, IConnection connection, IChannel channel, int seed)
    {
        _destinations = destinations;
        _connection = connection;
        _channel = channel;
        _random = new Random(seed);
    }

    /// <summary>Events that came by, each counted once.</summary>
    public int Events => Volatile.Read(ref _events);

    public static async Task<UntidyRelay> StartAsync(RabbitMqVirtualHost broker, int seed, CancellationToken cancellationToken)
    {
        var bindings = await broker.Management.GetFromJsonAsync<JsonArray>($"api/bindings/{broker.Name}", cancellationToken);
        var destinations = bindings!
            .Select(binding =>
                (
                    Source: binding!["source"]!.GetValue<string>(),
                    Destination: binding["destination"]!.GetValue<string>(),
                    Type: binding["destination_type"]!.GetValue<string>()
                )
            )
            .Where(binding =>
                binding.Type == "exchange"
                && (
                    binding.Source.StartsWith("epoch.", StringComparison.Ordinal)
                    || binding.Source is "input.received" or "app.registered" or "app.inoperable"
                )
            )
            .ToLookup(binding => binding.Source, binding => binding.Destination);
        destinations.Count.ShouldBeGreaterThanOrEqualTo(8);

        var factory = new ConnectionFactory
        {
            HostName = broker.Host,
            Port = broker.Port,
            VirtualHost = broker.Name,
            UserName = broker.Username,
            Password = broker.Password,
        };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
        var relay = new UntidyRelay(destinations, connection, channel, seed);
        await relay.TakeOverAsync(cancellationToken);
        relay._running = relay.RunAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        foreach (var exchange in _destinations)
        {
            await _channel.QueueBindAsync(Queue, exchange.Key, "", cancellationToken: cancellationToken);
            foreach (var destination in exchange)
                await _channel.ExchangeUnbindAsync(destination, exchange.Key, "", cancellationToken: cancellationToken);
        }

        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            Interlocked.Increment(ref _events);
            // The buffer is only valid during this call.
            var body = message.Body.ToArray();
            foreach (var destination in _destinations[message.Exchange])
            {
                _arrived.Enqueue(new Delivery(destination, new BasicProperties(message.BasicProperties), body, Rounds: 0));
                _arrived.Enqueue(new Delivery(destination, new BasicProperties(message.BasicProperties), body, Rounds: 6));
            }

            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(Queue, autoAck: true, consumer, cancellationToken);
    }

    private async Task RunAsync()
    {
        var waiting = new List<Delivery>();
        using var timer = new PeriodicTimer(Interval);
        while (!_stop.IsCancellationRequested)
        {
            while (_arrived.TryDequeue(out var delivery))
                waiting.Add(delivery with { Rounds = _random.Next(delivery.Rounds + 1) });
            var due = waiting.Where(delivery => delivery.Rounds <= 0).ToArray();
            _random.Shuffle(due);
            foreach (var delivery in due)
                await _channel.BasicPublishAsync(delivery.Destination, "", mandatory: false, delivery.Properties, delivery.Body);
            waiting =
            [
                .. waiting.Where(delivery => delivery.Rounds > 0).Select(delivery => delivery with { Rounds = delivery.Rounds - 1 }),
            ];
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private sealed record Delivery(string Destination, BasicProperties Properties, byte[] Body, int Rounds);
}
