using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class ApplicationConfiguration : IEntityTypeConfiguration<Application>
{
    public void Configure(EntityTypeBuilder<Application> builder)
    {
        builder.ToTable(
            "applications",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_applications_reason",
                    "(state = 'INOPERABLE' AND reason_kind IS NOT NULL AND reason IS NOT NULL AND reason <> '')"
                        + " OR (state <> 'INOPERABLE' AND reason_kind IS NULL AND reason IS NULL)"
                );
                table.HasCheckConstraint("ck_applications_input_box_block", "input_box_block > 0");
                table.HasCheckConstraint("ck_applications_epoch_length", "epoch_length > 0 OR consensus_type = 'PRT'");
            }
        );
        builder.HasKey(app => app.Id);
        builder.HasIndex(app => app.Name).IsUnique();
        builder.HasIndex(app => app.Address).IsUnique();
    }
}
