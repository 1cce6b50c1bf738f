using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class InputConfiguration : IEntityTypeConfiguration<Input>
{
    public void Configure(EntityTypeBuilder<Input> builder)
    {
        builder.ToTable(
            "inputs",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_inputs_result_whole",
                    "(status = 'NONE') = (machine_hash IS NULL) AND (status = 'NONE') = (outputs_merkle_root IS NULL)"
                );
                table.HasCheckConstraint("ck_inputs_exception_data", "(status = 'EXCEPTION') = (exception_data IS NOT NULL)");
            }
        );
        builder.HasKey(input => new { input.ApplicationId, input.Index });
        // Outputs and reports refer to this key, so that their epoch is their input's epoch.
        builder
            .HasAlternateKey(input => new
            {
                input.ApplicationId,
                input.EpochIndex,
                input.Index,
            })
            .HasName("ak_inputs_epoch");
        builder
            .HasIndex(input => new
            {
                input.ApplicationId,
                input.TransactionHash,
                input.LogIndex,
            })
            .IsUnique();
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(input => new { input.ApplicationId, input.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}
