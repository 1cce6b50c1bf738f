using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class ReplacedTransactionConfiguration : IEntityTypeConfiguration<ReplacedTransaction>
{
    public void Configure(EntityTypeBuilder<ReplacedTransaction> builder)
    {
        builder.ToTable("replaced_transactions");
        builder.HasKey(replaced => new { replaced.TransactionId, replaced.TransactionHash });
        builder.HasIndex(replaced => replaced.TransactionHash);
        builder.HasOne<L1Transaction>().WithMany().HasForeignKey(replaced => replaced.TransactionId).OnDelete(DeleteBehavior.Cascade);
    }
}
