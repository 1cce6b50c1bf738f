using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

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
