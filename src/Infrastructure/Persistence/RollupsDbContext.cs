using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>The node's database. One derived context for each provider carries that provider's migrations; code asks for this type only.</summary>
public abstract class RollupsDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Applications.</summary>
    public DbSet<Application> Applications => Set<Application>();

    /// <summary>Epochs.</summary>
    public DbSet<Epoch> Epochs => Set<Epoch>();

    /// <summary>Inputs.</summary>
    public DbSet<Input> Inputs => Set<Input>();

    /// <summary>Outputs.</summary>
    public DbSet<Output> Outputs => Set<Output>();

    /// <summary>Reports.</summary>
    public DbSet<Report> Reports => Set<Report>();

    /// <summary>Settings that must not change over a database's life.</summary>
    public DbSet<NodeConfiguration> NodeConfigurations => Set<NodeConfiguration>();

    /// <summary>Signed transactions, stored before they are broadcast.</summary>
    public DbSet<ClaimTransaction> ClaimTransactions => Set<ClaimTransaction>();

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
}
