using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class OutputsTreeChunkConfiguration : IEntityTypeConfiguration<OutputsTreeChunk>
{
    public void Configure(EntityTypeBuilder<OutputsTreeChunk> builder)
    {
        builder.ToTable(
            "outputs_tree_chunks",
            table => table.HasCheckConstraint("ck_outputs_tree_chunks_siblings_whole", $"length(siblings) % {Hash32.Size} = 0")
        );
        builder.HasKey(chunk => new
        {
            chunk.ApplicationId,
            chunk.FirstIndex,
            chunk.Level,
        });
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(chunk => new { chunk.ApplicationId, chunk.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
