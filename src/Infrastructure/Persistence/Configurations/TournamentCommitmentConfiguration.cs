using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class TournamentCommitmentConfiguration : IEntityTypeConfiguration<TournamentCommitment>
{
    public void Configure(EntityTypeBuilder<TournamentCommitment> builder)
    {
        builder.ToTable("commitments");
        builder.HasKey(row => new
        {
            row.ApplicationId,
            row.TournamentAddress,
            row.Commitment,
        });
        builder
            .HasOne<Tournament>()
            .WithMany()
            .HasForeignKey(row => new { row.ApplicationId, row.TournamentAddress })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
