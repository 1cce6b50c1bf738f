using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

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
