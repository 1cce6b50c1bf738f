using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class FeedEventConfiguration : IEntityTypeConfiguration<FeedEvent>
{
    public void Configure(EntityTypeBuilder<FeedEvent> builder)
    {
        builder.ToTable("feed_events");
        builder.HasKey(happened => happened.Number);
        builder.Property(happened => happened.Number).ValueGeneratedNever();
        // Only a guard: the inbox recognises copies, also of events that are no longer in the log.
        builder.HasIndex(happened => happened.MessageId).IsUnique();
    }
}
