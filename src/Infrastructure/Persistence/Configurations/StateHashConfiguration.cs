using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class StateHashConfiguration : IEntityTypeConfiguration<StateHash>
{
    public void Configure(EntityTypeBuilder<StateHash> builder)
    {
        builder.ToTable(
            "state_hashes",
            table => table.HasCheckConstraint("ck_state_hashes_repetitions", $"repetitions BETWEEN 1 AND {1 << 24}")
        );
        builder.HasKey(row => new
        {
            row.ApplicationId,
            row.InputIndex,
            row.Position,
        });
        builder.HasIndex(row => new
        {
            row.ApplicationId,
            row.EpochIndex,
            row.InputIndex,
        });
        builder
            .HasOne<Input>()
            .WithMany()
            .HasForeignKey(row => new
            {
                row.ApplicationId,
                row.EpochIndex,
                row.InputIndex,
            })
            .HasPrincipalKey(input => new
            {
                input.ApplicationId,
                input.EpochIndex,
                input.Index,
            })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
