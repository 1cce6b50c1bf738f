using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollups.Persistence.Tests;

/// <summary>Services of one process on a database that the test names.</summary>
internal sealed class ProcessServices(string provider, string connectionString, ILoggerProvider? log = null) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging(logging => Add(logging, log))
        .AddRollupsPersistence(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("Database:Provider", provider), new("Database:ConnectionString", connectionString)])
                .Build()
        )
        .BuildServiceProvider();

    public IDatabaseProvider Provider => _services.GetRequiredService<IDatabaseProvider>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    public async Task<T> DoAsync<T>(Func<RollupsDbContext, Task<T>> act)
    {
        await using var scope = _services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    /// <summary>The failure of a readiness check's write, or null.</summary>
    public async Task<Exception?> ProbeAsync()
    {
        try
        {
            await DoAsync(async db =>
            {
                await DatabaseProbe.WriteAsync(db, TestContext.Current.CancellationToken);
                return 0;
            });
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return exception;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static void Add(ILoggingBuilder logging, ILoggerProvider? log)
    {
        if (log is not null)
            logging.AddProvider(log);
    }
}
