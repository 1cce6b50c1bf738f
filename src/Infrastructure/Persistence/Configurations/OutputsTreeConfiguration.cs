using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class OutputsTreeConfiguration : IEntityTypeConfiguration<OutputsTree>
{
    public void Configure(EntityTypeBuilder<OutputsTree> builder)
    {
        builder.ToTable(
            "outputs_trees",
            table =>
            {
                table.HasCheckConstraint("ck_outputs_trees_range", "first_index <= last_index");
                table.HasCheckConstraint("ck_outputs_trees_siblings_whole", $"length(siblings) % {Hash32.Size} = 0");
            }
        );
        builder.HasKey(tree => new { tree.ApplicationId, tree.EpochIndex });
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(tree => new { tree.ApplicationId, tree.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
