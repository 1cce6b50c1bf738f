using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class EpochStepConfiguration : IEntityTypeConfiguration<EpochStep>
{
    public void Configure(EntityTypeBuilder<EpochStep> builder)
    {
        builder.ToTable("epoch_steps");
        builder.HasKey(step => new
        {
            step.ApplicationId,
            step.EpochIndex,
            step.Round,
            step.Status,
        });
        builder.Property(step => step.TraceParent).HasMaxLength(EpochConfiguration.TraceParentLength);
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(step => new { step.ApplicationId, step.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
