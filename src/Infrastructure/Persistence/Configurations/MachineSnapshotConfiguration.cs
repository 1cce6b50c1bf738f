using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class MachineSnapshotConfiguration : IEntityTypeConfiguration<MachineSnapshot>
{
    public void Configure(EntityTypeBuilder<MachineSnapshot> builder)
    {
        builder.ToTable("machine_snapshots");
        builder.HasKey(row => row.ApplicationId);
        builder.Property(row => row.ApplicationId).ValueGeneratedNever();
        builder.HasOne<Application>().WithOne().HasForeignKey<MachineSnapshot>(row => row.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}
