using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class TournamentMatchConfiguration : IEntityTypeConfiguration<TournamentMatch>
{
    public void Configure(EntityTypeBuilder<TournamentMatch> builder)
    {
        builder.ToTable(
            "matches",
            table =>
                table.HasCheckConstraint(
                    "ck_matches_deletion_whole",
                    "(deletion = 'NOT_DELETED' AND winner = 'NONE' AND deletion_block_number IS NULL AND deletion_transaction_hash IS NULL)"
                        + " OR (deletion <> 'NOT_DELETED' AND deletion_block_number IS NOT NULL AND deletion_transaction_hash IS NOT NULL)"
                )
        );
        builder.HasKey(row => new
        {
            row.ApplicationId,
            row.TournamentAddress,
            row.IdHash,
        });
        builder
            .HasOne<Tournament>()
            .WithMany()
            .HasForeignKey(row => new { row.ApplicationId, row.TournamentAddress })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
