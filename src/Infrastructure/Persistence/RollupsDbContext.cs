using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// The node's database. One derived context per provider carries that provider's migrations; code depends on this type only.
/// </summary>
public abstract class RollupsDbContext : DbContext
{
    /// <param name="options">Provider and connection.</param>
    protected RollupsDbContext(DbContextOptions options)
        : base(options)
    {
        // One SaveChanges per transaction, so a savepoint would only cost round trips.
        Database.AutoSavepointsEnabled = false;
    }

    /// <summary>Applications.</summary>
    public DbSet<Application> Applications => Set<Application>();

    /// <summary>Limits of the applications' machines; an application without a row has the defaults.</summary>
    public DbSet<ExecutionParameters> ExecutionParameters => Set<ExecutionParameters>();

    /// <summary>Stored states of the applications' machines.</summary>
    public DbSet<MachineSnapshot> MachineSnapshots => Set<MachineSnapshot>();

    /// <summary>Epochs.</summary>
    public DbSet<Epoch> Epochs => Set<Epoch>();

    /// <summary>The epochs' transitions, with what caused each.</summary>
    public DbSet<EpochStep> EpochSteps => Set<EpochStep>();

    /// <summary>Inputs.</summary>
    public DbSet<Input> Inputs => Set<Input>();

    /// <summary>Outputs.</summary>
    public DbSet<Output> Outputs => Set<Output>();

    /// <summary>What proves the outputs of each epoch that has a claim and outputs.</summary>
    public DbSet<OutputsTree> OutputsTrees => Set<OutputsTree>();

    /// <summary>The lower levels of those, for large epochs.</summary>
    public DbSet<OutputsTreeChunk> OutputsTreeChunks => Set<OutputsTreeChunk>();

    /// <summary>Reports.</summary>
    public DbSet<Report> Reports => Set<Report>();

    /// <summary>Settings that must not change over a database's life.</summary>
    public DbSet<NodeConfiguration> NodeConfigurations => Set<NodeConfiguration>();

    /// <summary>Signed transactions, stored before they are broadcast.</summary>
    public DbSet<L1Transaction> Transactions => Set<L1Transaction>();

    /// <summary>Earlier versions of those, replaced with higher fees.</summary>
    public DbSet<ReplacedTransaction> ReplacedTransactions => Set<ReplacedTransaction>();

    /// <summary>What mined transactions cost.</summary>
    public DbSet<MinedTransaction> MinedTransactions => Set<MinedTransaction>();

    /// <summary>Machine states after each input, run-length encoded (PRT).</summary>
    public DbSet<StateHash> StateHashes => Set<StateHash>();

    /// <summary>Tournaments of all levels (PRT).</summary>
    public DbSet<Tournament> Tournaments => Set<Tournament>();

    /// <summary>Commitments that joined them.</summary>
    public DbSet<TournamentCommitment> TournamentCommitments => Set<TournamentCommitment>();

    /// <summary>Matches of those.</summary>
    public DbSet<TournamentMatch> TournamentMatches => Set<TournamentMatch>();

    /// <summary>Bisection steps of the matches.</summary>
    public DbSet<MatchAdvance> MatchAdvances => Set<MatchAdvance>();

    /// <summary>How often each lease was acquired.</summary>
    public DbSet<LeaseTerm> LeaseTerms => Set<LeaseTerm>();

    /// <summary>Saga instances.</summary>
    public DbSet<EpochLifecycleState> EpochLifecycles => Set<EpochLifecycleState>();

    /// <summary>Messages that wait for the dispatcher.</summary>
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    /// <summary>Lanes of the outbox.</summary>
    public DbSet<OutboxLane> OutboxLanes => Set<OutboxLane>();

    /// <summary>Messages that could not be delivered.</summary>
    public DbSet<DeadOutboxMessage> DeadOutbox => Set<DeadOutboxMessage>();

    /// <summary>Messages already handled.</summary>
    public DbSet<InboxMessage> Inbox => Set<InboxMessage>();

    /// <summary>The latest events, for the push feed.</summary>
    public DbSet<FeedEvent> FeedEvents => Set<FeedEvent>();

    /// <summary>The head of that log.</summary>
    public DbSet<FeedLog> FeedLogs => Set<FeedLog>();

    /// <summary>What each process last reported of its services.</summary>
    public DbSet<ServiceReport> ServiceReports => Set<ServiceReport>();

    /// <summary>The SQL literal for bytes.</summary>
    /// <param name="digits">Hex digits, without 0x.</param>
    protected abstract string BytesLiteral(string digits);

    /// <summary>
    /// Whether the database stores computed columns, or computes them when they are read. Their indices are stored either way.
    /// </summary>
    protected abstract bool StoresComputedColumns { get; }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Address>().HaveConversion<AddressConverter>();
        configurationBuilder.Properties<Hash32>().HaveConversion<HashConverter>();
        configurationBuilder.Properties<ulong>().HaveConversion<UnsignedConverter>();
        configurationBuilder.Properties<ConsensusType>().HaveConversion<WordConverter<ConsensusType>>();
        configurationBuilder.Properties<ApplicationState>().HaveConversion<WordConverter<ApplicationState>>();
        configurationBuilder.Properties<InoperableKind>().HaveConversion<WordConverter<InoperableKind>>();
        configurationBuilder.Properties<SnapshotPolicy>().HaveConversion<WordConverter<SnapshotPolicy>>();
        configurationBuilder.Properties<EpochStatus>().HaveConversion<WordConverter<EpochStatus>>();
        configurationBuilder.Properties<StepCause>().HaveConversion<WordConverter<StepCause>>();
        configurationBuilder.Properties<InputStatus>().HaveConversion<WordConverter<InputStatus>>();
        configurationBuilder.Properties<TransactionKind>().HaveConversion<WordConverter<TransactionKind>>();
        configurationBuilder.Properties<MatchWinner>().HaveConversion<WordConverter<MatchWinner>>();
        configurationBuilder.Properties<MatchDeletion>().HaveConversion<WordConverter<MatchDeletion>>();
        configurationBuilder.Properties<TransactionState>().HaveConversion<WordConverter<TransactionState>>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(RollupsDbContext).Assembly);
        DecodedColumns.Add(modelBuilder, BytesLiteral, StoresComputedColumns);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            AddValueChecks(modelBuilder, entity);
    }

    /// <summary>
    /// Constraints on every column of a kind: numbers are not negative, hashes and addresses have their length, enum names are known.
    /// </summary>
    private static void AddValueChecks(ModelBuilder modelBuilder, IMutableEntityType entity)
    {
        var table = entity.GetTableName()!;
        modelBuilder
            .Entity(entity.ClrType)
            .ToTable(
                table,
                builder =>
                {
                    foreach (var property in entity.GetProperties())
                    {
                        var column = property.GetColumnName();
                        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                        if (type == typeof(ulong))
                            builder.HasCheckConstraint($"ck_{table}_{column}_not_negative", $"\"{column}\" >= 0");
                        else if (type == typeof(Hash32))
                            builder.HasCheckConstraint($"ck_{table}_{column}_size", $"length(\"{column}\") = {Hash32.Size}");
                        else if (type == typeof(Address))
                            builder.HasCheckConstraint($"ck_{table}_{column}_size", $"length(\"{column}\") = {Address.Size}");
                        else if (type.IsEnum)
                            builder.HasCheckConstraint(
                                $"ck_{table}_{column}_known",
                                $"\"{column}\" IN ({string.Join(", ", EnumNames.All(type).Select(word => $"'{word}'"))})"
                            );
                    }
                }
            );
    }
}
