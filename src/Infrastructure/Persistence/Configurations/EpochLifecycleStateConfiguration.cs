using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class EpochLifecycleStateConfiguration : IEntityTypeConfiguration<EpochLifecycleState>
{
    public void Configure(EntityTypeBuilder<EpochLifecycleState> builder)
    {
        builder.ToTable("epoch_lifecycles");
        builder.HasKey(state => state.CorrelationId);
        builder.Property(state => state.CorrelationId).ValueGeneratedNever();
        builder.Property(state => state.Version).IsConcurrencyToken();
        builder
            .HasIndex(state => new
            {
                state.ChainId,
                state.Application,
                state.EpochIndex,
            })
            .IsUnique();
    }
}
