using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Prt.Tests.Fakes;
using Rollups.Testing;

namespace Rollups.Prt.Tests;

/// <summary>
/// Prt as the node has it, on SQLite, with an application under Dave. Hosted services are not started: events and syncs are all that wakes
/// it.
/// </summary>
internal sealed class PrtHost : IAsyncDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"rollups-prt-{Guid.NewGuid():N}.db");
    private readonly FakeChain _chain;
    private readonly ServiceProvider _services;

    private PrtHost(FakeChain chain, ITransactionSigner signer)
    {
        _chain = chain;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Database:ConnectionString"] = $"Data Source={_file}",
                    ["Ethereum:HttpEndpoint"] = "http://127.0.0.1:1",
                    ["Ethereum:ChainId"] = "31337",
                    ["Ethereum:DefaultBlock"] = "safe",
                    ["Signer:Kind"] = "private-key",
                    ["Signer:PrivateKey"] = "0x" + new string('1', 64),
                }
            )
            .Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IHeadSource>(new SilentHeads())
            .AddSingleton<IEthereumClient>(chain)
            .AddRollupsPersistence(configuration)
            .AddEthereum(configuration)
            .AddPrt(configuration)
            .AddRollupsMessaging(configuration)
            .AddSingleton(signer)
            .BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public Application Application { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PrtHost> StartAsync(FakeChain chain, ITransactionSigner signer)
    {
        var host = new PrtHost(chain, signer);
        await host._services.MigrateAsync(Cancel);
        host.Application = await host.UseAsync(async db =>
        {
            var app = new Application
            {
                Name = "dave",
                Address = FakeDave.AddressOf(10),
                ConsensusAddress = FakeDave.Consensus,
                InputBoxAddress = default,
                InputBoxBlock = 1,
                DeploymentBlock = 1,
                TemplateHash = default,
                TemplateUri = "echo:",
                EpochLength = 0,
                ConsensusType = ConsensusType.Prt,
                LastInputCheckBlock = 50,
            };
            db.Add(app);
            await db.SaveChangesAsync(Cancel);
            return app;
        });
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteFiles.Delete(_file);
    }

    /// <summary>The machine's last state of an epoch, and the commitment whose every leaf it is.</summary>
    public static (Hash32 State, Hash32 Outputs, Hash32 Commitment, IReadOnlyList<Hash32> Siblings) ResultOf(ulong epoch)
    {
        var state = FakeDave.HashOf($"state {epoch}");
        var tree = new ComputationTree();
        tree.Complete(state);
        var (commitment, siblings) = tree.Result();
        return (state, FakeDave.HashOf($"outputs {epoch}"), commitment, siblings);
    }

    /// <summary>What the EvmReader does: stores the seals up to the tag, and how each settled the epoch before it.</summary>
    public Task<int> ReadAsync(int epochs) =>
        UseAsync(async db =>
        {
            foreach (var seal in _chain.Dave.Seals.Where(seal => seal.Block <= _chain.Top))
            {
                var before = db.Epochs.Where(row =>
                    row.ApplicationId == Application.Id && row.Index + 1 == seal.Number && row.SettlementTransactionHash == null
                );
                await before.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.SettledMachineHash, seal.State)
                            .SetProperty(row => row.SettledOutputsMerkleRoot, seal.Outputs)
                            .SetProperty(row => row.SettlementTransactionHash, seal.Transaction)
                            .SetProperty(row => row.SettlementBlockNumber, seal.Block)
                            .SetProperty(row => row.SettlementBlockHash, FakeDave.HashOf($"block {seal.Block}")),
                    Cancel
                );
                if (
                    seal.Number >= (ulong)epochs
                    || await db.Epochs.AnyAsync(row => row.ApplicationId == Application.Id && row.Index == seal.Number, Cancel)
                )
                    continue;
                db.Add(
                    new Epoch
                    {
                        ApplicationId = Application.Id,
                        Index = seal.Number,
                        VirtualIndex = seal.Number,
                        FirstBlock = seal.Block,
                        LastBlock = seal.Block,
                        Status = EpochStatus.Closed,
                        TournamentAddress = seal.Tournament,
                    }
                );
                await db.SaveChangesAsync(Cancel);
            }

            return 0;
        });

    /// <summary>What Advancer and Validator do: the result of every epoch that is closed.</summary>
    public Task<int> CalculateAsync() =>
        UseAsync(async db =>
        {
            foreach (
                var epoch in await db
                    .Epochs.AsNoTracking()
                    .Where(row => row.Status == EpochStatus.Closed)
                    .OrderBy(row => row.Index)
                    .ToListAsync(Cancel)
            )
            {
                var (state, outputs, commitment, siblings) = ResultOf(epoch.Index);
                var proof = new byte[59 * 32];
                await db.MoveEpochAsync(
                    Application.Id,
                    epoch.Index,
                    EpochStatus.Closed,
                    EpochStatus.InputsProcessed,
                    default,
                    set =>
                        set.SetProperty(row => row.MachineHash, state)
                            .SetProperty(row => row.OutputsMerkleRoot, outputs)
                            .SetProperty(row => row.OutputsMerkleProof, proof)
                            .SetProperty(row => row.IflagsYBlock, state)
                            .SetProperty(row => row.IflagsYProof, proof)
                            .SetProperty(row => row.TohostBlock, state)
                            .SetProperty(row => row.TohostProof, proof),
                    Cancel
                );
                await db.MoveEpochAsync(
                    Application.Id,
                    epoch.Index,
                    EpochStatus.InputsProcessed,
                    EpochStatus.ClaimCalculated,
                    default,
                    set =>
                        set.SetProperty(row => row.Commitment, commitment)
                            .SetProperty(row => row.CommitmentProof, Siblings.ToBytes(siblings)),
                    Cancel
                );
            }

            return 0;
        });

    public Task SyncAsync() => _services.GetRequiredService<IWorkRunner<ResolveTournamentEpochs>>().WakeAllAsync(WorkTrigger.Sync, Cancel);

    /// <summary>Whether so many epochs are accepted, and none of their transactions is on its way.</summary>
    public Task<bool> IsSettledAsync(int epochs) =>
        UseAsync(async db =>
            await db.Epochs.CountAsync(row => row.Status == EpochStatus.ClaimAccepted, Cancel) == epochs
            && !await db.Transactions.AnyAsync(row => row.State == TransactionState.Pending, Cancel)
        );

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
