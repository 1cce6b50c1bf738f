using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class MinedTransactionConfiguration : IEntityTypeConfiguration<MinedTransaction>
{
    public void Configure(EntityTypeBuilder<MinedTransaction> builder)
    {
        builder.ToTable("mined_transactions");
        builder.HasKey(mined => mined.TransactionId);
        builder.Property(mined => mined.TransactionId).ValueGeneratedNever();
        builder.Ignore(mined => mined.Fee);
        builder
            .HasOne<L1Transaction>()
            .WithOne()
            .HasForeignKey<MinedTransaction>(mined => mined.TransactionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
