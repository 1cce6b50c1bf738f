using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>PostgreSQL and RabbitMQ, started with the first deployment that needs them, and the deployments that are compared.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly RabbitMqServer _rabbit = new();
    private readonly List<RabbitMqVirtualHost> _hosts = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-benchmarks-");

    /// <summary>The bus in memory, a SQLite file.</summary>
    public Deployment Embedded() =>
        new(
            "in-memory + SQLite",
            new Dictionary<string, string?>
            {
                ["Database:ConnectionString"] = $"Data Source={Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.db")}",
            }
        );

    /// <summary>A virtual host and a database of their own.</summary>
    public async Task<Deployment> DeployedAsync()
    {
        var host = await _rabbit.CreateVirtualHostAsync();
        _hosts.Add(host);
        return new Deployment(
            "RabbitMQ + PostgreSQL",
            new Dictionary<string, string?>(host.Settings)
            {
                ["Database:Provider"] = "postgresql",
                ["Database:ConnectionString"] = await _postgres.CreateDatabaseAsync(),
            }
        );
    }

    /// <summary>Messages that were published to a deployment's broker so far.</summary>
    public async Task<long> PublishedAsync(Deployment deployment)
    {
        var host = _hosts.Find(host => host.Name == deployment.Settings["Messaging:RabbitMq:VirtualHost"])!;
        var state = await host.Management.GetFromJsonAsync<JsonNode>($"api/vhosts/{Uri.EscapeDataString(host.Name)}");
        return state!["message_stats"]?["publish"]?.GetValue<long>() ?? 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Where a benchmark's nodes run.</summary>
internal sealed record Deployment(string Name, IReadOnlyDictionary<string, string?> Settings);
