using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class ReportConfiguration : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> builder)
    {
        builder.ToTable("reports");
        builder.HasKey(report => new { report.ApplicationId, report.Index });
        // First and last report of an epoch or an input: two look-ups, however many there are.
        builder.HasIndex(report => new
        {
            report.ApplicationId,
            report.EpochIndex,
            report.InputIndex,
            report.Index,
        });
        builder.HasIndex(report => new
        {
            report.ApplicationId,
            report.InputIndex,
            report.Index,
        });
        builder
            .HasOne<Input>()
            .WithMany()
            .HasForeignKey(report => new
            {
                report.ApplicationId,
                report.EpochIndex,
                report.InputIndex,
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
