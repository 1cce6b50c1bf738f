using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class L1TransactionConfiguration : IEntityTypeConfiguration<L1Transaction>
{
    public void Configure(EntityTypeBuilder<L1Transaction> builder)
    {
        builder.ToTable("transactions", table => table.HasCheckConstraint("ck_transactions_gas_limit", "gas_limit > 0"));
        builder.HasKey(transaction => transaction.Id);
        builder
            .HasIndex(transaction => new
            {
                transaction.ChainId,
                transaction.Signer,
                transaction.Nonce,
            })
            .IsUnique()
            .HasDatabaseName("ux_transactions_nonce")
            .HasFilter("state <> 'DROPPED'");
        builder
            .HasIndex(transaction => new { transaction.ApplicationId, transaction.EpochIndex }, "ix_transactions_epoch")
            .HasDatabaseName("ix_transactions_epoch");
        builder
            .HasIndex(transaction => new { transaction.ApplicationId, transaction.EpochIndex }, "ux_transactions_pending")
            .IsUnique()
            .HasDatabaseName("ux_transactions_pending")
            .HasFilter("state = 'PENDING'");
        builder.Property(transaction => transaction.Value).HasPrecision(29, 0);
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(transaction => new { transaction.ApplicationId, transaction.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
