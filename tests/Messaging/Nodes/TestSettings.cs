using Microsoft.Extensions.Logging;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>Configuration of a test's nodes, and what they log.</summary>
internal sealed class TestSettings : IDisposable
{
    private readonly string? _file;

    private TestSettings(string? file, Dictionary<string, string?> values)
    {
        _file = file;
        Values = values;
    }

    public Dictionary<string, string?> Values { get; }

    public RecordedLog Log { get; } = new(LogLevel.Warning);

    /// <summary>The virtual host, for settings on servers.</summary>
    public RabbitMqVirtualHost Broker
    {
        get => field ?? throw new InvalidOperationException("These settings have no broker.");
        private init;
    }

    /// <summary>A SQLite file of its own, and the in-memory bus.</summary>
    public static TestSettings Embedded()
    {
        var file = Path.Combine(Path.GetTempPath(), $"rollups-messaging-{Guid.NewGuid():N}.db");
        return new TestSettings(file, new() { ["Database:ConnectionString"] = $"Data Source={file};Pooling=False" });
    }

    /// <summary>A database of its own on PostgreSQL, and a virtual host of its own on RabbitMQ.</summary>
    public static async Task<TestSettings> OnServersAsync(PostgresServer postgres, RabbitMqServer rabbit) =>
        OnServers(await postgres.NameDatabaseAsync(Patience.Token), await rabbit.CreateVirtualHostAsync(Patience.Token));

    /// <summary>That database, and the in-memory bus. The database stays with its owner.</summary>
    public static TestSettings On(FreshDatabase database) => new(null, new(database.Settings));

    public static TestSettings OnServers(string database, RabbitMqVirtualHost host) =>
        new(null, new(host.Settings) { ["Database:Provider"] = "postgresql", ["Database:ConnectionString"] = database }) { Broker = host };

    public void Dispose()
    {
        Log.Dispose();
        if (_file is not null)
            SqliteFiles.Delete(_file);
    }
}
