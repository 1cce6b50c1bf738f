using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class FeedLogConfiguration : IEntityTypeConfiguration<FeedLog>
{
    public void Configure(EntityTypeBuilder<FeedLog> builder)
    {
        builder.ToTable(
            "feed_log",
            table =>
            {
                table.HasCheckConstraint("ck_feed_log_one_row", $"id = {FeedLog.TheId}");
                table.HasCheckConstraint("ck_feed_log_last", "last >= 0");
            }
        );
        builder.HasKey(log => log.Id);
        builder.Property(log => log.Id).ValueGeneratedNever();
    }
}
