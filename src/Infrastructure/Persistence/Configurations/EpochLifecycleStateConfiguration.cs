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
        // Lists of one state; unfinished states have few rows, whatever the length of the history.
        builder
            .HasIndex(state => new
            {
                state.ChainId,
                state.CurrentState,
                state.Application,
                state.EpochIndex,
            })
            .HasDatabaseName("ix_epoch_lifecycles_state");
    }
}
