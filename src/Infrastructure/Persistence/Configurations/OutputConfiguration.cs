using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class OutputConfiguration : IEntityTypeConfiguration<Output>
{
    public void Configure(EntityTypeBuilder<Output> builder)
    {
        builder.ToTable(
            "outputs",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_outputs_execution_whole",
                    "(execution_block_number IS NULL) = (execution_block_hash IS NULL) AND (execution_block_number IS NULL OR "
                        + "execution_transaction_hash IS NOT NULL)"
                        + " AND (NOT is_provisional OR execution_block_number IS NOT NULL)"
                );
            }
        );
        builder.HasKey(output => new { output.ApplicationId, output.Index });
        builder
            .HasIndex(output => new { output.ApplicationId, output.Index })
            .HasDatabaseName("ix_outputs_executed")
            .HasFilter("execution_transaction_hash IS NOT NULL");
        builder
            .HasIndex(output => new { output.ApplicationId, output.Index }, "ix_outputs_provisional")
            .HasDatabaseName("ix_outputs_provisional")
            .HasFilter("is_provisional");
        // First and last output of an epoch or an input: two look-ups, however many there are.
        builder.HasIndex(output => new
        {
            output.ApplicationId,
            output.EpochIndex,
            output.InputIndex,
            output.Index,
        });
        builder.HasIndex(output => new
        {
            output.ApplicationId,
            output.InputIndex,
            output.Index,
        });
        builder
            .HasOne<Input>()
            .WithMany()
            .HasForeignKey(output => new
            {
                output.ApplicationId,
                output.EpochIndex,
                output.InputIndex,
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
