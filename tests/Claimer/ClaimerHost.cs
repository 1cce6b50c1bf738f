using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Claimer.Tests;

/// <summary>The Claimer as the node has it, on SQLite. Hosted services are not started: tests make the passes.</summary>
internal sealed class ClaimerHost : IAsyncDisposable
{
    public const ulong EpochLength = 10;

    private readonly string _file;
    private readonly bool _ownsFile;
    private readonly ServiceProvider _services;

    private ClaimerHost(
        string file,
        bool ownsFile,
        IEthereumClient? chain,
        ITransactionSigner? signer,
        IEnumerable<(string Key, string Value)> settings,
        Action<IServiceCollection>? more = null
    )
    {
        (_file, _ownsFile) = (file, ownsFile);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new (string Key, string Value)[]
                {
                    ("Database:ConnectionString", $"Data Source={file}"),
                    ("Ethereum:HttpEndpoint", "http://127.0.0.1:1"),
                    ("Ethereum:ChainId", "31337"),
                    ("Ethereum:DefaultBlock", "latest"),
                    ("Signer:Kind", "private-key"),
                    ("Signer:PrivateKey", "0x" + new string('1', 64)),
                }
                    .Concat(settings)
                    .GroupBy(setting => setting.Key)
                    .Select(group => new KeyValuePair<string, string?>(group.Key, group.Last().Value))
            )
            .Build();
        var services = new ServiceCollection()
            .AddLogging(logging =>
                logging
                    .AddProvider(Log)
                    .SetMinimumLevel(LogLevel.Debug)
                    .AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None)
            )
            .AddSingleton<IHeadSource>(new SilentHeads());
        if (chain is not null)
            services.AddSingleton(chain);
        services
            .AddRollupsPersistence(configuration)
            .AddEthereum(configuration)
            .AddClaimer(configuration)
            .AddRollupsMessaging(configuration);
        if (signer is not null)
            services.AddSingleton(signer);
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public RecordedLog Log { get; } = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public IServiceProvider Services => _services;

    public static Task<ClaimerHost> StartAsync(
        IEthereumClient? chain,
        ITransactionSigner? signer,
        params (string Key, string Value)[] settings
    ) => StartAsync(chain, signer, null, settings);

    /// <summary>With more services than the node has, such as a test harness.</summary>
    public static async Task<ClaimerHost> StartAsync(
        IEthereumClient? chain,
        ITransactionSigner? signer,
        Action<IServiceCollection>? more,
        params (string Key, string Value)[] settings
    )
    {
        var host = new ClaimerHost(
            Path.Combine(Path.GetTempPath(), $"rollups-claimer-{Guid.NewGuid():N}.db"),
            true,
            chain,
            signer,
            settings,
            more
        );
        await host._services.MigrateAsync(Cancel);
        return host;
    }

    /// <summary>Another process on the same database; what the first had in memory is not known to it.</summary>
    public ClaimerHost Restart(IEthereumClient? chain, ITransactionSigner? signer, params (string Key, string Value)[] settings) =>
        new(_file, false, chain, signer, settings);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFile)
            SqliteFiles.Delete(_file);
    }

    /// <summary>
    /// What every trigger does: finds what is due, and runs it until nothing more is said to be due. The number of moves.
    /// </summary>
    public async Task<int> PassAsync()
    {
        var work = _services.GetRequiredService<SettleClaims>();
        var done = 0;
        foreach (var key in await work.FindDueAsync(Cancel))
        {
            for (var result = new WorkResult(0, true); result.MoreDue; done += result.Done)
                result = await work.RunAsync(key, Cancel);
        }

        return done;
    }

    public Task<Application> AddApplicationAsync(
        string name,
        Address address,
        Address consensus,
        ConsensusType kind = ConsensusType.Authority,
        ulong deploymentBlock = 1
    ) =>
        UseAsync(async db =>
        {
            var app = new Application
            {
                Name = name,
                Address = address,
                ConsensusAddress = consensus,
                InputBoxAddress = Devnet.RollupsContracts.InputBox,
                InputBoxBlock = 1,
                DeploymentBlock = deploymentBlock,
                TemplateHash = default,
                TemplateUri = "echo:",
                EpochLength = EpochLength,
                ConsensusType = kind,
                LastInputCheckBlock = 50,
            };
            db.Add(app);
            await db.SaveChangesAsync(Cancel);
            return app;
        });

    /// <summary>The next epoch of the application, as the Validator leaves it, with the inputs of those logs.</summary>
    public Task<Epoch> AddEpochAsync(
        Application app,
        ulong index,
        Hash32 root,
        EpochStatus status = EpochStatus.ClaimCalculated,
        params LogEntry[] inputs
    ) =>
        UseAsync(async db =>
        {
            var earlier = (ulong)await db.Epochs.CountAsync(epoch => epoch.ApplicationId == app.Id, Cancel);
            db.Add(
                new Epoch
                {
                    ApplicationId = app.Id,
                    Index = index,
                    VirtualIndex = earlier,
                    FirstBlock = index * EpochLength,
                    LastBlock = ((index + 1) * EpochLength) - 1,
                    InputIndexUpperBound = (ulong)inputs.Length,
                    Status = EpochStatus.Closed,
                }
            );
            db.AddRange(
                inputs
                    .Select(InputBoxContract.DecodeInputAdded)
                    .Select(input => new Input
                    {
                        ApplicationId = app.Id,
                        Index = input.Index,
                        EpochIndex = index,
                        BlockNumber = input.Log.BlockNumber,
                        BlockHash = input.Log.BlockHash,
                        RawData = input.Data,
                        TransactionHash = input.Log.TransactionHash,
                        LogIndex = input.Log.LogIndex,
                        Status = InputStatus.Accepted,
                        MachineHash = root,
                        OutputsMerkleRoot = root,
                    })
            );
            await db.SaveChangesAsync(Cancel);
            var proof = new byte[59 * 32];
            if (status > EpochStatus.Closed)
            {
                await db.MoveEpochAsync(
                    app.Id,
                    index,
                    EpochStatus.Closed,
                    EpochStatus.InputsProcessed,
                    default,
                    set =>
                        set.SetProperty(row => row.MachineHash, root)
                            .SetProperty(row => row.OutputsMerkleRoot, root)
                            .SetProperty(row => row.OutputsMerkleProof, proof)
                            .SetProperty(row => row.IflagsYBlock, root)
                            .SetProperty(row => row.IflagsYProof, proof)
                            .SetProperty(row => row.TohostBlock, root)
                            .SetProperty(row => row.TohostProof, proof),
                    Cancel
                );
            }

            for (var from = EpochStatus.InputsProcessed; from < status; from++)
                await db.MoveEpochAsync(
                    app.Id,
                    index,
                    from,
                    from + 1,
                    default,
                    from < EpochStatus.ClaimCalculated ? null : set => set.SetProperty(row => row.ClaimTransactionHash, root),
                    Cancel
                );
            db.ChangeTracker.Clear();
            return await db.Epochs.AsNoTracking().SingleAsync(epoch => epoch.ApplicationId == app.Id && epoch.Index == index, Cancel);
        });

    public Task<Application> ApplicationAsync(Application app) =>
        UseAsync(db => db.Applications.AsNoTracking().SingleAsync(row => row.Id == app.Id, Cancel));

    public Task<Epoch> EpochAsync(Application app, ulong index) =>
        UseAsync(db => db.Epochs.AsNoTracking().SingleAsync(epoch => epoch.ApplicationId == app.Id && epoch.Index == index, Cancel));

    public async Task<EpochStatus> StatusAsync(Application app, ulong index) => (await EpochAsync(app, index)).Status;

    public Task<List<L1Transaction>> TransactionsAsync() =>
        UseAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Id).ToListAsync(Cancel));

    /// <summary>What an operator does once the fault is mended.</summary>
    public Task<int> EnableAsync(Application app) =>
        UseAsync(db =>
            db.Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.State, ApplicationState.Enabled)
                            .SetProperty(row => row.ReasonKind, (InoperableKind?)null)
                            .SetProperty(row => row.Reason, (string?)null),
                    Cancel
                )
        );

    public async Task<ILease> LeaseAsync(string name) =>
        (await _services.GetRequiredService<IDatabaseProvider>().TryAcquireLeaseAsync(name, Cancel)).ShouldNotBeNull();

    /// <summary>Names of the events that were published, in order.</summary>
    public Task<List<string>> EventsAsync() =>
        UseAsync(async db =>
            (
                await db.Outbox.AsNoTracking().OrderBy(message => message.Id).Select(message => message.MessageType).ToListAsync(Cancel)
            ).ConvertAll(type => type.Split(';')[0].Split(':')[^1])
        );

    public async Task<TResult> UseAsync<TResult>(Func<RollupsDbContext, Task<TResult>> use)
    {
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        var result = await use(db);
        await transaction.CommitAsync(Cancel);
        return result;
    }
}

internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<string> AtLeast(LogLevel level)
    {
        lock (_lines)
            return [.. _lines.Where(line => line.Level >= level).Select(line => line.Text)];
    }

    public ILogger CreateLogger(string categoryName) => this;

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
            _lines.Add((logLevel, formatter(state, exception)));
    }
}
