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

internal sealed class EpochConfiguration : IEntityTypeConfiguration<Epoch>
{
    // 59 siblings of 32 bytes: leaf of 2^5 bytes up to the 2^64-byte machine state.
    private const int ProofBytes = 59 * 32;

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
        // What every worker asks: which epochs are in this status, of one application or of all.
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
        // What is watched until its block is final: few rows, whatever the length of the history.
        builder
            .HasIndex(epoch => new { epoch.ApplicationId, epoch.Index }, "ix_epochs_provisional")
            .HasDatabaseName("ix_epochs_provisional")
            .HasFilter("is_provisional");
        builder.HasOne<Application>().WithMany().HasForeignKey(epoch => epoch.ApplicationId).OnDelete(DeleteBehavior.Cascade);
    }
}

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
        // Outputs and reports refer to it, so that their epoch is their input's epoch.
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
            .HasIndex(input => new { input.ApplicationId, input.Index })
            .HasDatabaseName("ix_inputs_unprocessed")
            .HasFilter("status = 'NONE'");
        builder
            .HasOne<Epoch>()
            .WithMany()
            .HasForeignKey(input => new { input.ApplicationId, input.EpochIndex })
            .OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class OutputConfiguration : IEntityTypeConfiguration<Output>
{
    public void Configure(EntityTypeBuilder<Output> builder)
    {
        builder.ToTable(
            "outputs",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_outputs_proof_whole",
                    $"(hash IS NULL AND siblings IS NULL) OR (hash IS NOT NULL AND siblings IS NOT NULL AND length(siblings) = {63 * 32})"
                );
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
        builder.HasIndex(output => new
        {
            output.ApplicationId,
            output.EpochIndex,
            output.InputIndex,
        });
        builder.HasIndex(output => new { output.ApplicationId, output.InputIndex });
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

internal sealed class ReportConfiguration : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> builder)
    {
        builder.ToTable("reports");
        builder.HasKey(report => new { report.ApplicationId, report.Index });
        builder.HasIndex(report => new
        {
            report.ApplicationId,
            report.EpochIndex,
            report.InputIndex,
        });
        builder.HasIndex(report => new { report.ApplicationId, report.InputIndex });
        builder
            .HasOne<Input>()
            .WithMany()
            .HasForeignKey(report => new
            {
                report.ApplicationId,
                report.EpochIndex,
                report.InputIndex,
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

internal sealed class NodeConfigurationConfiguration : IEntityTypeConfiguration<NodeConfiguration>
{
    public void Configure(EntityTypeBuilder<NodeConfiguration> builder)
    {
        builder.ToTable("node_configurations");
        builder.HasKey(setting => setting.Key);
    }
}

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

internal sealed class EpochLifecycleStateConfiguration : IEntityTypeConfiguration<EpochLifecycleState>
{
    public void Configure(EntityTypeBuilder<EpochLifecycleState> builder)
    {
        builder.ToTable("epoch_lifecycles");
        builder.HasKey(state => state.CorrelationId);
        builder.Property(state => state.CorrelationId).ValueGeneratedNever();
        builder.Property(state => state.Version).IsConcurrencyToken();
        builder
            .HasIndex(state => new
            {
                state.ChainId,
                state.Application,
                state.EpochIndex,
            })
            .IsUnique();
    }
}
