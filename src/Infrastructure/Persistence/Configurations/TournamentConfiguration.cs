using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class TournamentConfiguration : IEntityTypeConfiguration<Tournament>
{
    public void Configure(EntityTypeBuilder<Tournament> builder)
    {
        builder.ToTable(
            "tournaments",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_tournaments_parent",
                    "(level = 0) = (parent_address IS NULL) AND (parent_address IS NULL) = (parent_match_id_hash IS NULL)"
                );
                table.HasCheckConstraint(
                    "ck_tournaments_winner",
                    "(winner_commitment IS NULL) = (final_state_hash IS NULL) AND (winner_commitment IS NULL OR finished_at_block IS NOT "
                        + "NULL)"
                );
            }
        );
        builder.HasKey(row => new { row.ApplicationId, row.Address });
        // The order of lists, of all levels and of one.
        builder.HasIndex(row => new
        {
            row.ApplicationId,
            row.EpochIndex,
            row.Level,
            row.Address,
        });
        builder.HasIndex(row => new
        {
            row.ApplicationId,
            row.Level,
            row.EpochIndex,
            row.Address,
        });
        builder
            .HasIndex(row => new
            {
                row.ApplicationId,
                row.ParentAddress,
                row.ParentMatchIdHash,
            })
            .HasDatabaseName("ix_tournaments_parent")
            .HasFilter("parent_address IS NOT NULL");
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(row => new { row.ApplicationId, row.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
