using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.Inputs;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests;

/// <summary>
/// The EvmReader as the node has it, on a database and a <see cref="FakeChain"/>. Hosted services are not started: tests run passes.
/// </summary>
internal sealed class ReaderHost : IAsyncDisposable
{
    private readonly (string Key, string Value)[] _database;
    private readonly string? _ownFile;
    private readonly ServiceProvider _services;

    private ReaderHost(
        FakeChain chain,
        (string Key, string Value)[] database,
        string? ownFile,
        (string Key, string Value)[] settings,
        Action<IServiceCollection>? more = null
    )
    {
        (Chain, _database, _ownFile) = (chain, database, ownFile);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Ethereum:HttpEndpoint"] = "http://127.0.0.1:1",
                    ["Ethereum:ChainId"] = "31337",
                    ["Ethereum:DefaultBlock"] = "finalized",
                    ["Services:EvmReader:IdleCursorBlocks"] = "1",
                }
                    .Concat(database.Concat(settings).Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
                    .GroupBy(pair => pair.Key)
                    .Select(pairs => pairs.Last())
            )
            .Build();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug))
            .AddSingleton<IEthereumClient>(chain)
            .AddSingleton<IHeadSource>(new SilentHeads())
            .AddRollupsPersistence(configuration)
            .AddEthereum(configuration)
            .AddEvmReader(configuration)
            .AddRollupsMessaging(configuration);
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public FakeChain Chain { get; }

    public RecordedLog Log { get; } = new();

    public IServiceProvider Services => _services;

    public static Task<ReaderHost> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync((Action<IServiceCollection>?)null, settings);

    /// <summary>With more services than the node has, such as a test harness.</summary>
    public static Task<ReaderHost> StartAsync(Action<IServiceCollection>? more, params (string Key, string Value)[] settings)
    {
        var file = Path.Combine(Path.GetTempPath(), $"rollups-evm-{Guid.NewGuid():N}.db");
        return StartAsync([("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={file}")], file, settings, more);
    }

    public static async Task<ReaderHost> StartAsync(PostgresServer server, params (string Key, string Value)[] settings) =>
        await StartAsync(
            [
                ("Database:Provider", "postgresql"),
                ("Database:ConnectionString", await server.CreateDatabaseAsync(TestContext.Current.CancellationToken)),
            ],
            null,
            settings
        );

    private static async Task<ReaderHost> StartAsync(
        (string Key, string Value)[] database,
        string? ownFile,
        (string Key, string Value)[] settings,
        Action<IServiceCollection>? more = null
    )
    {
        var host = new ReaderHost(new FakeChain(), database, ownFile, settings, more);
        await host._services.MigrateAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Another process on the same database and chain; this one is gone, and its lease with it.</summary>
    public async Task<ReaderHost> RestartAsync(params (string Key, string Value)[] settings)
    {
        await _services.GetRequiredService<ActiveReader>().DisposeAsync();
        return new(Chain, _database, null, settings);
    }

    /// <summary>Another process on the same database and chain, beside this one.</summary>
    public ReaderHost Another() => new(Chain, _database, null, []);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownFile is not null)
            SqliteFiles.Delete(_ownFile);
    }

    public Task<WorkResult> PassAsync() =>
        _services.GetRequiredService<ReadInputs>().RunAsync(WorkKey.Chain, TestContext.Current.CancellationToken);

    public async Task<WorkResult> PassAsync(ulong head)
    {
        Chain.Head = head;
        return await PassAsync();
    }

    public Task CheckChainAsync() => _services.GetRequiredService<LoadChainPolicy>().RunAsync(TestContext.Current.CancellationToken);

    public async Task<T> QueryAsync<T>(Func<RollupsDbContext, Task<T>> query)
    {
        await using var scope = _services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public Task<Application> ApplicationAsync(string name) =>
        QueryAsync(db => db.Applications.AsNoTracking().SingleAsync(app => app.Name == name));

    public Task<List<Input>> InputsAsync(int application) =>
        QueryAsync(db =>
            db.Inputs.AsNoTracking().Where(input => input.ApplicationId == application).OrderBy(input => input.Index).ToListAsync()
        );

    public Task<List<Epoch>> EpochsAsync(int application) =>
        QueryAsync(db =>
            db.Epochs.AsNoTracking().Where(epoch => epoch.ApplicationId == application).OrderBy(epoch => epoch.Index).ToListAsync()
        );

    /// <summary>Names of the events that were published, in order.</summary>
    public Task<List<string>> EventsAsync() =>
        QueryAsync(async db =>
            (
                await db.Outbox.AsNoTracking().OrderBy(message => message.Id).Select(message => message.MessageType).ToListAsync()
            ).ConvertAll(type => type.Split(';')[0].Split(':')[^1])
        );

    public async Task<Application> AddAsync(
        string name,
        int number,
        int inputBox = 9,
        ulong epochLength = 10,
        ulong inputBoxBlock = 5,
        ulong deploymentBlock = 6,
        ApplicationState state = ApplicationState.Enabled,
        ulong cursor = 0,
        ConsensusType consensus = ConsensusType.Authority
    ) =>
        await QueryAsync(async db =>
        {
            var app = new Application
            {
                Name = name,
                Address = FakeChain.AddressOf(number),
                ConsensusAddress = FakeChain.AddressOf(consensus == ConsensusType.Prt ? 800 + number : 8),
                InputBoxAddress = FakeChain.AddressOf(inputBox),
                InputBoxBlock = inputBoxBlock,
                DeploymentBlock = deploymentBlock,
                TemplateHash = default,
                TemplateUri = "echo:",
                EpochLength = epochLength,
                ConsensusType = consensus,
                State = state,
                LastInputCheckBlock = cursor,
            };
            db.Add(app);
            await db.SaveChangesAsync();
            return app;
        });

    private sealed class SilentHeads : IHeadSource
    {
        public async IAsyncEnumerable<BlockHeader> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
    }
}

internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IEnumerable<string> Of(LogLevel level)
    {
        lock (_lines)
            return [.. _lines.Where(line => line.Level == level).Select(line => line.Text)];
    }

    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Rollups.", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose() { }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        lock (_lines)
            _lines.Add((logLevel, formatter(state, exception) + exception));
    }
}
