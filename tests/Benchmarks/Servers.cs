using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>PostgreSQL and RabbitMQ, started with the first deployment that needs them, and the deployments that are compared.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly RabbitMqServer _rabbit = new();
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
    public async Task<Deployment> DeployedAsync() =>
        new(
            "RabbitMQ + PostgreSQL",
            new Dictionary<string, string?>((await _rabbit.CreateVirtualHostAsync()).Settings)
            {
                ["Database:Provider"] = "postgresql",
                ["Database:ConnectionString"] = await _postgres.CreateDatabaseAsync(),
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _rabbit.DisposeAsync();
        await _postgres.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Where a benchmark's nodes run.</summary>
internal sealed record Deployment(string Name, IReadOnlyDictionary<string, string?> Settings);
