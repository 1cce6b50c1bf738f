using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Rollups.Benchmarks;

/// <summary>
/// The least that a hop costs on these servers: one row committed, then one persistent message through a durable queue, confirmed by the
/// broker and received by a consumer. With prepared statements and nothing else.
/// </summary>
internal sealed class HopFloor : IAsyncDisposable
{
    private static readonly byte[] Body = new byte[700];

    private readonly NpgsqlConnection _database;
    private readonly IConnection _broker;
    private readonly IChannel _out;
    private readonly Channel<bool> _received = Channel.CreateUnbounded<bool>();

    private HopFloor(NpgsqlConnection database, IConnection broker, IChannel channel) =>
        (_database, _broker, _out) = (database, broker, channel);

    public static async Task<HopFloor> StartAsync(Deployment deployment)
    {
        var settings = deployment.Settings;
        var text = new NpgsqlConnectionStringBuilder(settings["Database:ConnectionString"]!)
        {
            Pooling = false,
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 1,
        };
        var database = new NpgsqlConnection(text.ConnectionString);
        await database.OpenAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE hop_floor (id bigserial PRIMARY KEY, body bytea NOT NULL)", database))
            await create.ExecuteNonQueryAsync();
        var factory = new ConnectionFactory
        {
            HostName = settings["Messaging:RabbitMq:Host"]!,
            Port = int.Parse(settings["Messaging:RabbitMq:Port"]!, CultureInfo.InvariantCulture),
            VirtualHost = settings["Messaging:RabbitMq:VirtualHost"]!,
            UserName = settings["Messaging:RabbitMq:Username"]!,
            Password = settings["Messaging:RabbitMq:Password"]!,
        };
        var broker = await factory.CreateConnectionAsync();
        var channel = await broker.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)
        );
        await channel.QueueDeclareAsync("hop-floor", durable: true, exclusive: false, autoDelete: false);
        var floor = new HopFloor(database, broker, channel);
        var incoming = await broker.CreateChannelAsync();
        var consumer = new AsyncEventingBasicConsumer(incoming);
        consumer.ReceivedAsync += async (_, message) =>
        {
            floor._received.Writer.TryWrite(true);
            await incoming.BasicAckAsync(message.DeliveryTag, multiple: false);
        };
        await incoming.BasicConsumeAsync("hop-floor", autoAck: false, consumer);
        return floor;
    }

    /// <summary>Commits, sends and receives once.</summary>
    public async Task<TimeSpan> MeasureAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await using (var transaction = await _database.BeginTransactionAsync())
        {
            await using var insert = new NpgsqlCommand("INSERT INTO hop_floor (body) VALUES ($1)", _database, transaction)
            {
                Parameters = { new() { Value = Body } },
            };
            await insert.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        await _out.BasicPublishAsync("", "hop-floor", mandatory: false, new BasicProperties { Persistent = true }, Body);
        await _received.Reader.ReadAsync();
        return Stopwatch.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
    }
}
