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
        builder.HasIndex(row => new { row.ApplicationId, row.EpochIndex });
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(row => new { row.ApplicationId, row.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}

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

internal sealed class MatchAdvanceConfiguration : IEntityTypeConfiguration<MatchAdvance>
{
    public void Configure(EntityTypeBuilder<MatchAdvance> builder)
    {
        builder.ToTable("match_advances");
        builder.HasKey(row => new
        {
            row.ApplicationId,
            row.TournamentAddress,
            row.MatchIdHash,
            row.OtherParent,
        });
        builder
            .HasOne<TournamentMatch>()
            .WithMany()
            .HasForeignKey(row => new
            {
                row.ApplicationId,
                row.TournamentAddress,
                row.MatchIdHash,
            })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
