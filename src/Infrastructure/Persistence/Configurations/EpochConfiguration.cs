using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Rollups.Domain;

namespace Rollups.Persistence.Configurations;

internal sealed class EpochConfiguration : IEntityTypeConfiguration<Epoch>
{
    // 59 siblings of 32 bytes: leaf of 2^5 bytes up to the 2^64-byte machine state.
    private const int ProofBytes = 59 * 32;

    // A traceparent of W3C Trace Context: version, trace id, span id and flags.
    internal const int TraceParentLength = 55;

    public void Configure(EntityTypeBuilder<Epoch> builder)
    {
        builder.ToTable(
            "epochs",
            table =>
            {
                table.HasCheckConstraint("ck_epochs_blocks", "first_block <= last_block");
                table.HasCheckConstraint("ck_epochs_bounds", "input_index_lower_bound <= input_index_upper_bound");
                table.HasCheckConstraint(
                    "ck_epochs_proof_whole",
                    "(machine_hash IS NULL AND outputs_merkle_root IS NULL AND iflags_y_block IS NULL AND tohost_block IS NULL"
                        + " AND outputs_merkle_proof IS NULL AND iflags_y_proof IS NULL AND tohost_proof IS NULL)"
                        + " OR (machine_hash IS NOT NULL AND outputs_merkle_root IS NOT NULL AND iflags_y_block IS NOT NULL AND "
                        + "tohost_block IS NOT NULL"
                        + " AND outputs_merkle_proof IS NOT NULL AND iflags_y_proof IS NOT NULL AND tohost_proof IS NOT NULL"
                        + $" AND length(outputs_merkle_proof) = {ProofBytes} AND length(iflags_y_proof) = {ProofBytes} AND "
                        + $"length(tohost_proof) = {ProofBytes})"
                );
                table.HasCheckConstraint(
                    "ck_epochs_commitment_whole",
                    $"(commitment IS NULL AND commitment_proof IS NULL) OR (commitment IS NOT NULL AND commitment_proof IS NOT NULL AND "
                        + $"length(commitment_proof) = {48 * 32})"
                );
                table.HasCheckConstraint(
                    "ck_epochs_settlement_whole",
                    "(settled_machine_hash IS NULL AND settled_outputs_merkle_root IS NULL AND settlement_transaction_hash IS NULL)"
                        + " OR (settled_machine_hash IS NOT NULL AND settled_outputs_merkle_root IS NOT NULL AND "
                        + "settlement_transaction_hash IS NOT NULL)"
                );
                table.HasCheckConstraint(
                    "ck_epochs_tournament_needed",
                    "tournament_address IS NULL OR status IN ('OPEN', 'CLOSED', 'INPUTS_PROCESSED') OR commitment IS NOT NULL"
                );
                table.HasCheckConstraint("ck_epochs_proof_needed", "status IN ('OPEN', 'CLOSED') OR machine_hash IS NOT NULL");
                table.HasCheckConstraint("ck_epochs_claim_block_whole", "(claim_block_number IS NULL) = (claim_block_hash IS NULL)");
                table.HasCheckConstraint(
                    "ck_epochs_acceptance_block_whole",
                    "(acceptance_block_number IS NULL) = (acceptance_block_hash IS NULL)"
                );
                table.HasCheckConstraint(
                    "ck_epochs_settlement_block_whole",
                    "(settlement_block_number IS NULL) = (settlement_block_hash IS NULL) AND (settlement_block_number IS NULL OR "
                        + "settlement_transaction_hash IS NOT NULL)"
                );
                table.HasCheckConstraint(
                    "ck_epochs_provisional",
                    "NOT is_provisional OR claim_block_number IS NOT NULL OR acceptance_block_number IS NOT NULL OR "
                        + "settlement_block_number IS NOT NULL"
                );
                table.HasCheckConstraint("ck_epochs_claim_round", "claim_round >= 0 AND (claim_round = 0) = (claim_reverted_at IS NULL)");
                table.HasCheckConstraint(
                    "ck_epochs_claim_transaction",
                    "status <> 'CLAIM_SUBMITTED' OR claim_transaction_hash IS NOT NULL"
                );
            }
        );
        builder.HasKey(epoch => new { epoch.ApplicationId, epoch.Index });
        builder.HasIndex(epoch => new { epoch.ApplicationId, epoch.VirtualIndex }).IsUnique();
        // The query of every worker: epochs in this status, of one application or of all.
        builder.HasIndex(epoch => new
        {
            epoch.Status,
            epoch.ApplicationId,
            epoch.Index,
        });
        builder
            .HasIndex(epoch => new { epoch.ApplicationId, epoch.Index })
            .HasDatabaseName("ix_epochs_unfinished")
            .HasFilter("status NOT IN ('CLAIM_ACCEPTED', 'CLAIM_REJECTED')");
        builder.HasIndex(epoch => new { epoch.Status, epoch.UpdatedAt });
        // Epochs that are watched until their block is final: few rows, whatever the length of the history.
        builder
            .HasIndex(epoch => new { epoch.ApplicationId, epoch.Index }, "ix_epochs_provisional")
            .HasDatabaseName("ix_epochs_provisional")
            .HasFilter("is_provisional");
        builder.Ignore(epoch => epoch.EnteredAt);
        builder.Property(epoch => epoch.TraceParent).HasMaxLength(TraceParentLength);
        builder.HasOne<Application>().WithMany().HasForeignKey(epoch => epoch.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}
