using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class ExecutionParametersConfiguration : IEntityTypeConfiguration<ExecutionParameters>
{
    public void Configure(EntityTypeBuilder<ExecutionParameters> builder)
    {
        builder.ToTable("execution_parameters");
        builder.HasKey(row => row.ApplicationId);
        builder.Property(row => row.ApplicationId).ValueGeneratedNever();
        builder
            .HasOne<Application>()
            .WithOne()
            .HasForeignKey<ExecutionParameters>(row => row.ApplicationId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
