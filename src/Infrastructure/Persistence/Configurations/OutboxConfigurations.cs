using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox", table => table.HasCheckConstraint("ck_outbox_lane", $"lane BETWEEN 0 AND {OutboxLane.Count - 1}"));
        builder.HasKey(message => message.Id);
        // No foreign key to outbox_lanes: whoever delivers a lane locks its row, and writers must not wait for that.
        builder.HasIndex(message => new { message.Lane, message.Id });
        builder.HasIndex(message => message.NotBefore).HasFilter("not_before IS NOT NULL");
    }
}

internal sealed class OutboxLaneConfiguration : IEntityTypeConfiguration<OutboxLane>
{
    public void Configure(EntityTypeBuilder<OutboxLane> builder)
    {
        builder.ToTable("outbox_lanes");
        builder.HasKey(lane => lane.Lane);
        builder.Property(lane => lane.Lane).ValueGeneratedNever();
        builder.HasData(Enumerable.Range(0, OutboxLane.Count).Select(lane => new OutboxLane { Lane = (short)lane }));
    }
}

internal sealed class DeadOutboxMessageConfiguration : IEntityTypeConfiguration<DeadOutboxMessage>
{
    public void Configure(EntityTypeBuilder<DeadOutboxMessage> builder)
    {
        builder.ToTable("outbox_dead");
        builder.HasKey(message => message.Id);
        builder.Property(message => message.Id).ValueGeneratedNever();
    }
}

internal sealed class InboxMessageConfiguration : IEntityTypeConfiguration<InboxMessage>
{
    public void Configure(EntityTypeBuilder<InboxMessage> builder)
    {
        builder.ToTable("inbox");
        builder.HasKey(message => new { message.MessageId, message.ConsumerId });
        builder.HasIndex(message => message.ReceivedAt);
    }
}
