using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Rollups.Persistence.Configurations;

internal sealed class DeadOutboxMessageConfiguration : IEntityTypeConfiguration<DeadOutboxMessage>
{
    public void Configure(EntityTypeBuilder<DeadOutboxMessage> builder)
    {
        builder.ToTable("outbox_dead");
        builder.HasKey(message => message.Id);
        builder.Property(message => message.Id).ValueGeneratedNever();
    }
}
