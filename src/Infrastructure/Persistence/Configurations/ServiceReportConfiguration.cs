using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class ServiceReportConfiguration : IEntityTypeConfiguration<ServiceReport>
{
    public void Configure(EntityTypeBuilder<ServiceReport> builder)
    {
        builder.ToTable(
            "service_reports",
            table => table.HasCheckConstraint("ck_service_reports_health_known", "health IN ('HEALTHY', 'DEGRADED', 'UNHEALTHY')")
        );
        // No other index: a row for each service of each process, so an update changes no index.
        builder.HasKey(report => new { report.Service, report.Instance });
    }
}
