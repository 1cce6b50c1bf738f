using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("outbox", table => table.HasCheckConstraint("ck_outbox_lane", $"lane BETWEEN 0 AND {OutboxLane.Count - 1}"));
        builder.HasKey(message => message.Id);
        // No foreign key to outbox_lanes: delivering a lane locks its row, and writers must not wait for that.
        builder.HasIndex(message => new { message.Lane, message.Id });
        builder.HasIndex(message => message.NotBefore).HasFilter("not_before IS NOT NULL");
    }
}
