using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Cli.Database;
using Rollups.Cli.Tests.Database;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Read;

/// <summary>
/// A database of each kind as a node leaves it, made with the first test that reads it: an application <c>echo</c> with five epochs of
/// three inputs, of which the last is open; <c>other</c> with the same; and <c>dave</c> with two disputed epochs.
/// </summary>
public sealed class StoredStory : IDisposable
{
    public const ulong InputsPerEpoch = 3;
    public const ulong Epochs = 5;

    public const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    public static readonly Guid CausingMessage = new("0b1c2d3e-0000-4000-8000-000000000001");
    public static readonly Guid AnnouncingMessage = new("0b1c2d3e-0000-4000-8000-000000000002");
    private const EpochStatus Calculated = EpochStatus.ClaimCalculated;

    private readonly Dictionary<DatabaseKind, FreshDatabase> _made = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var database in _made.Values)
            database.Dispose();
    }

    public static Hash32 Hash(int number) => Keccak256.Hash(BitConverter.GetBytes(number));

    public static Address AddressOf(int number) => new(Hash(number).ToByteArray().AsSpan(12));

    public static DateTimeOffset At(ulong second) => new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero).AddSeconds(second);

    /// <summary>The settings of the node for it, as environment variables.</summary>
    public async Task<(string Name, string Value)[]> OnAsync(DatabaseKind kind)
    {
        if (!_made.TryGetValue(kind, out var fresh))
        {
            _made.Add(kind, fresh = await FreshDatabase.ToMigrateAsync(kind));
            await MakeAsync(fresh);
        }

        return VariablesOf(fresh);
    }

    /// <summary>The database, once a test has read it.</summary>
    public FreshDatabase Database(DatabaseKind kind) => _made[kind];

    public static (string Name, string Value)[] VariablesOf(FreshDatabase fresh) =>
        [.. fresh.Settings.Select(setting => ("ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))];

    private static async Task MakeAsync(FreshDatabase fresh)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(fresh.Settings).Build();
        await using (var services = new ServiceCollection().AddLogging().AddRollupsPersistence(configuration).BuildServiceProvider())
            await services.MigrateAsync(Cancel);
        await using var database = NodeDatabase.Open(configuration);
        var db = database.Db;
        db.Add(
            new NodeConfiguration
            {
                Key = "chain",
                Value = """{"chainId":31337,"defaultBlock":"latest"}""",
                CreatedAt = At(0),
            }
        );
        await AddApplicationAsync(db, TestApplications.Create("echo", AddressOf(1)));
        await AddApplicationAsync(db, TestApplications.Create("other", AddressOf(2)));
        await AddDisputesAsync(db, TestApplications.Create("dave", AddressOf(3), ConsensusType.Prt));
    }

    private static async Task AddApplicationAsync(RollupsDbContext db, Application app)
    {
        db.Add(app);
        await db.SaveChangesAsync(Cancel);
        var outputs = 0UL;
        for (var index = 0UL; index < Epochs; index++)
        {
            db.Add(EpochOf(app, index, index == Epochs - 1 ? EpochStatus.Open : EpochStatus.Closed));
            for (var input = index * InputsPerEpoch; input < (index + 1) * InputsPerEpoch; input++)
            {
                db.Add(InputOf(app, index, input));
                if (index == Epochs - 1)
                    continue;
                db.Add(
                    new Report
                    {
                        ApplicationId = app.Id,
                        Index = input,
                        InputIndex = input,
                        EpochIndex = index,
                        RawData = [7, (byte)input],
                        CreatedAt = At(input),
                    }
                );
                foreach (var raw in (byte[][])[Outputs.Notice([(byte)input]), Outputs.Voucher(AddressOf(9), 12, [1, 2])])
                    db.Add(
                        new Domain.Output
                        {
                            ApplicationId = app.Id,
                            Index = outputs++,
                            InputIndex = input,
                            EpochIndex = index,
                            RawData = raw,
                            CreatedAt = At(input),
                        }
                    );
            }
        }

        await db.SaveChangesAsync(Cancel);
        // Epoch 3 is closed, 2 is calculated, 1 is submitted, 0 is accepted.
        for (var index = 0UL; index < 3; index++)
        {
            await db.FinishInputsAsync(app.Id, index, Hash((int)index), Hash(100 + (int)index), Cancel);
            for (var from = EpochStatus.InputsProcessed; from < EpochStatus.ClaimAccepted - (int)index; from++)
                await db.MoveEpochAsync(
                    app.Id,
                    index,
                    from,
                    from + 1,
                    At(10 + (ulong)from),
                    set => set.SetProperty(row => row.ClaimTransactionHash, Hash(200)),
                    Cancel
                );
        }

        await AddTransactionsAsync(db, app);
        await AddCausesAsync(db, app);
        db.Add(
            new EpochLifecycleState
            {
                CorrelationId = Contracts.EpochCorrelation.Id(31337, app.Address.ToString(), 0),
                CurrentState = "Accepted",
                ChainId = 31337,
                Application = app.Address,
                ApplicationName = app.Name,
                OpenedAt = At(0),
                ClosedAt = At(10),
                InputsProcessedAt = At(10).AddMilliseconds(200),
                ClaimCalculatedAt = At(11),
                ClaimSubmittedAt = At(12),
                AcceptedAt = At(12 + 3600),
            }
        );
        await db.SaveChangesAsync(Cancel);
    }

    private static async Task AddTransactionsAsync(RollupsDbContext db, Application app)
    {
        for (var epoch = 0UL; epoch < 3; epoch++)
        {
            var transaction = new L1Transaction
            {
                ChainId = 31337,
                Signer = AddressOf(50 + app.Id),
                Nonce = epoch,
                ApplicationId = app.Id,
                EpochIndex = epoch,
                TransactionHash = Hash(1000 + (int)epoch),
                GasLimit = 100_000,
                MaxFeePerGas = 2_500_000_000,
                SignedTransaction = [1],
                State = epoch == 2 ? TransactionState.Pending : TransactionState.Confirmed,
                CreatedAt = At(epoch),
            };
            db.Add(transaction);
            await db.SaveChangesAsync(Cancel);
            if (epoch == 1)
                db.Add(
                    new MinedTransaction
                    {
                        TransactionId = transaction.Id,
                        TransactionHash = transaction.TransactionHash,
                        BlockNumber = 25,
                        GasUsed = 60_000,
                        EffectiveGasPrice = 2_000_000_000,
                    }
                );
            if (epoch == 0)
                db.Add(
                    new ReplacedTransaction
                    {
                        TransactionId = transaction.Id,
                        TransactionHash = Hash(999),
                        ReplacedAt = At(1),
                    }
                );
        }
    }

    /// <summary>What caused two stages of epoch 1, in a trace.</summary>
    private static async Task AddCausesAsync(RollupsDbContext db, Application app)
    {
        await db
            .Epochs.Where(epoch => epoch.ApplicationId == app.Id && epoch.Index == 1)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.TraceParent, $"00-{Trace}-00f067aa0ba902b7-01"), Cancel);
        foreach (
            var (status, cause) in ((EpochStatus, StepCause)[])[(EpochStatus.Closed, StepCause.Signal), (Calculated, StepCause.Event)]
        )
            db.Add(
                new EpochStep
                {
                    ApplicationId = app.Id,
                    EpochIndex = 1,
                    Status = status,
                    At = At(11),
                    Cause = cause,
                    CauseMessageId = cause == StepCause.Event ? CausingMessage : null,
                    MessageId = AnnouncingMessage,
                    TraceParent = $"00-{Trace}-00f067aa0ba902b8-01",
                }
            );
    }

    private static async Task AddDisputesAsync(RollupsDbContext db, Application app)
    {
        db.Add(app);
        await db.SaveChangesAsync(Cancel);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            db.Add(EpochOf(app, (ulong)epoch, EpochStatus.Closed));
            await db.SaveChangesAsync(Cancel);
            for (var number = 0; number < 2; number++)
            {
                var address = AddressOf(500 + (10 * epoch) + number);
                db.Add(
                    new Tournament
                    {
                        ApplicationId = app.Id,
                        EpochIndex = (ulong)epoch,
                        Address = address,
                        ParentAddress = number == 0 ? null : AddressOf(500 + (10 * epoch)),
                        ParentMatchIdHash = number == 0 ? null : Hash(600),
                        Level = (ulong)number,
                        MaxLevel = 3,
                        StartBlock = 10,
                        Allowance = 100,
                    }
                );
                foreach (var one in (int[])[1, 2, 3])
                    db.Add(
                        new TournamentCommitment
                        {
                            ApplicationId = app.Id,
                            TournamentAddress = address,
                            Commitment = Hash(700 + one),
                            Submitter = AddressOf(one),
                        }
                    );
                foreach (var one in (int[])[1, 2])
                    db.Add(
                        new TournamentMatch
                        {
                            ApplicationId = app.Id,
                            TournamentAddress = address,
                            IdHash = Hash(800 + one),
                            CommitmentOne = Hash(701),
                            CommitmentTwo = Hash(701 + one),
                        }
                    );
            }
        }

        await db.SaveChangesAsync(Cancel);
    }

    private static Epoch EpochOf(Application app, ulong index, EpochStatus status) =>
        new()
        {
            ApplicationId = app.Id,
            Index = index,
            VirtualIndex = index,
            FirstBlock = index * 10,
            LastBlock = (index * 10) + 9,
            InputIndexLowerBound = index * InputsPerEpoch,
            InputIndexUpperBound = (index + 1) * InputsPerEpoch,
            Status = status,
            OpenedAt = At(index),
            ClosedAt = status == EpochStatus.Open ? null : At(index + 5),
        };

    /// <summary>An input; the second of each epoch was rejected, those of the open epoch have not run.</summary>
    private static Input InputOf(Application app, ulong epoch, ulong index)
    {
        var hasRun = epoch < Epochs - 1;
        return new()
        {
            ApplicationId = app.Id,
            Index = index,
            EpochIndex = epoch,
            BlockNumber = epoch * 10,
            RawData = new EvmAdvance(
                31337,
                app.Address,
                AddressOf(77),
                epoch * 10,
                At(index).ToUnixTimeSeconds(),
                default,
                index,
                System.Text.Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture))
            ).Encode(),
            TransactionHash = Hash((int)index),
            LogIndex = index,
            Status =
                !hasRun ? InputStatus.None
                : index % InputsPerEpoch == 1 ? InputStatus.Rejected
                : InputStatus.Accepted,
            MachineHash = hasRun ? Hash(1) : null,
            OutputsMerkleRoot = hasRun ? Hash(2) : null,
        };
    }
}
