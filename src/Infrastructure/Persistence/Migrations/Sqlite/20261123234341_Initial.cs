using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Rollups.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "applications",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    consensus_address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    input_box_address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    input_box_block = table.Column<long>(type: "INTEGER", nullable: false),
                    deployment_block = table.Column<long>(type: "INTEGER", nullable: false),
                    template_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    template_uri = table.Column<string>(type: "TEXT", nullable: false),
                    epoch_length = table.Column<long>(type: "INTEGER", nullable: false),
                    consensus_type = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    reason_kind = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    last_input_check_block = table.Column<long>(type: "INTEGER", nullable: false),
                    last_output_check_block = table.Column<long>(type: "INTEGER", nullable: false),
                    last_epoch_check_block = table.Column<long>(type: "INTEGER", nullable: false),
                    last_tournament_check_block = table.Column<long>(type: "INTEGER", nullable: false),
                    last_claim_check_block = table.Column<long>(type: "INTEGER", nullable: false),
                    processed_inputs = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_applications", x => x.id);
                    table.CheckConstraint("ck_applications_address_size", "length(\"address\") = 20");
                    table.CheckConstraint("ck_applications_consensus_address_size", "length(\"consensus_address\") = 20");
                    table.CheckConstraint("ck_applications_consensus_type_known", "\"consensus_type\" IN ('AUTHORITY', 'QUORUM', 'PRT')");
                    table.CheckConstraint("ck_applications_deployment_block_not_negative", "\"deployment_block\" >= 0");
                    table.CheckConstraint("ck_applications_epoch_length", "epoch_length > 0 OR consensus_type = 'PRT'");
                    table.CheckConstraint("ck_applications_epoch_length_not_negative", "\"epoch_length\" >= 0");
                    table.CheckConstraint("ck_applications_input_box_address_size", "length(\"input_box_address\") = 20");
                    table.CheckConstraint("ck_applications_input_box_block", "input_box_block > 0");
                    table.CheckConstraint("ck_applications_input_box_block_not_negative", "\"input_box_block\" >= 0");
                    table.CheckConstraint("ck_applications_last_claim_check_block_not_negative", "\"last_claim_check_block\" >= 0");
                    table.CheckConstraint("ck_applications_last_epoch_check_block_not_negative", "\"last_epoch_check_block\" >= 0");
                    table.CheckConstraint("ck_applications_last_input_check_block_not_negative", "\"last_input_check_block\" >= 0");
                    table.CheckConstraint("ck_applications_last_output_check_block_not_negative", "\"last_output_check_block\" >= 0");
                    table.CheckConstraint("ck_applications_last_tournament_check_block_not_negative", "\"last_tournament_check_block\" >= 0");
                    table.CheckConstraint("ck_applications_processed_inputs_not_negative", "\"processed_inputs\" >= 0");
                    table.CheckConstraint("ck_applications_reason", "(state = 'INOPERABLE' AND reason_kind IS NOT NULL AND reason IS NOT NULL AND reason <> '') OR (state <> 'INOPERABLE' AND reason_kind IS NULL AND reason IS NULL)");
                    table.CheckConstraint("ck_applications_reason_kind_known", "\"reason_kind\" IN ('FAILED', 'DIVERGED', 'CORRUPTED', 'GUEST_EXCEPTION', 'MACHINE_HALTED', 'MCYCLE_OVERFLOW', 'UNEXPECTED_YIELD', 'INVALID_OUTPUTS_ROOT', 'L1_STUCK')");
                    table.CheckConstraint("ck_applications_state_known", "\"state\" IN ('ENABLED', 'DISABLED', 'INOPERABLE')");
                    table.CheckConstraint("ck_applications_template_hash_size", "length(\"template_hash\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "epoch_lifecycles",
                columns: table => new
                {
                    correlation_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    current_state = table.Column<string>(type: "TEXT", nullable: false),
                    chain_id = table.Column<long>(type: "INTEGER", nullable: false),
                    application = table.Column<byte[]>(type: "BLOB", nullable: false),
                    application_name = table.Column<string>(type: "TEXT", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    inputs_processed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_calculated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_submitted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    accepted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    rejected_at = table.Column<long>(type: "INTEGER", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "BLOB", nullable: true),
                    claim_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    claim_round = table.Column<int>(type: "INTEGER", nullable: false),
                    claim_reverted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    rejection_reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_epoch_lifecycles", x => x.correlation_id);
                    table.CheckConstraint("ck_epoch_lifecycles_application_size", "length(\"application\") = 20");
                    table.CheckConstraint("ck_epoch_lifecycles_chain_id_not_negative", "\"chain_id\" >= 0");
                    table.CheckConstraint("ck_epoch_lifecycles_claim_transaction_hash_size", "length(\"claim_transaction_hash\") = 32");
                    table.CheckConstraint("ck_epoch_lifecycles_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_epoch_lifecycles_outputs_merkle_root_size", "length(\"outputs_merkle_root\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "inbox",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    consumer_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox", x => new { x.message_id, x.consumer_id });
                });

            migrationBuilder.CreateTable(
                name: "leases",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    term = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_leases", x => x.name);
                    table.CheckConstraint("ck_leases_term", "term > 0");
                });

            migrationBuilder.CreateTable(
                name: "node_configurations",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_node_configurations", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    lane = table.Column<short>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    not_before = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<short>(type: "INTEGER", nullable: false),
                    message_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    conversation_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    correlation_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    initiator_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    request_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    source_address = table.Column<string>(type: "TEXT", nullable: true),
                    destination_address = table.Column<string>(type: "TEXT", nullable: true),
                    response_address = table.Column<string>(type: "TEXT", nullable: true),
                    fault_address = table.Column<string>(type: "TEXT", nullable: true),
                    content_type = table.Column<string>(type: "TEXT", nullable: false),
                    message_type = table.Column<string>(type: "TEXT", nullable: false),
                    expiration_time = table.Column<long>(type: "INTEGER", nullable: true),
                    headers = table.Column<string>(type: "TEXT", nullable: true),
                    properties = table.Column<string>(type: "TEXT", nullable: true),
                    body = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox", x => x.id);
                    table.CheckConstraint("ck_outbox_lane", "lane BETWEEN 0 AND 15");
                });

            migrationBuilder.CreateTable(
                name: "outbox_dead",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    lane = table.Column<short>(type: "INTEGER", nullable: false),
                    message_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    destination_address = table.Column<string>(type: "TEXT", nullable: true),
                    message_type = table.Column<string>(type: "TEXT", nullable: false),
                    row = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: false),
                    failed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_dead", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_lanes",
                columns: table => new
                {
                    lane = table.Column<short>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_lanes", x => x.lane);
                });

            migrationBuilder.CreateTable(
                name: "epochs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    index = table.Column<long>(type: "INTEGER", nullable: false),
                    virtual_index = table.Column<long>(type: "INTEGER", nullable: false),
                    first_block = table.Column<long>(type: "INTEGER", nullable: false),
                    last_block = table.Column<long>(type: "INTEGER", nullable: false),
                    input_index_lower_bound = table.Column<long>(type: "INTEGER", nullable: false),
                    input_index_upper_bound = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "BLOB", nullable: true),
                    outputs_merkle_proof = table.Column<byte[]>(type: "BLOB", nullable: true),
                    iflags_y_block = table.Column<byte[]>(type: "BLOB", nullable: true),
                    iflags_y_proof = table.Column<byte[]>(type: "BLOB", nullable: true),
                    tohost_block = table.Column<byte[]>(type: "BLOB", nullable: true),
                    tohost_proof = table.Column<byte[]>(type: "BLOB", nullable: true),
                    tournament_address = table.Column<byte[]>(type: "BLOB", nullable: true),
                    commitment = table.Column<byte[]>(type: "BLOB", nullable: true),
                    commitment_proof = table.Column<byte[]>(type: "BLOB", nullable: true),
                    settled_machine_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    settled_outputs_merkle_root = table.Column<byte[]>(type: "BLOB", nullable: true),
                    settlement_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    settlement_block_number = table.Column<long>(type: "INTEGER", nullable: true),
                    settlement_block_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    claim_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    acceptance_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    claim_block_number = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_block_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    acceptance_block_number = table.Column<long>(type: "INTEGER", nullable: true),
                    acceptance_block_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    is_provisional = table.Column<bool>(type: "INTEGER", nullable: false),
                    claim_round = table.Column<int>(type: "INTEGER", nullable: false),
                    claim_reverted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    inputs_processed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_calculated_at = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_submitted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    claim_settled_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_epochs", x => new { x.application_id, x.index });
                    table.CheckConstraint("ck_epochs_acceptance_block_hash_size", "length(\"acceptance_block_hash\") = 32");
                    table.CheckConstraint("ck_epochs_acceptance_block_number_not_negative", "\"acceptance_block_number\" >= 0");
                    table.CheckConstraint("ck_epochs_acceptance_block_whole", "(acceptance_block_number IS NULL) = (acceptance_block_hash IS NULL)");
                    table.CheckConstraint("ck_epochs_acceptance_transaction_hash_size", "length(\"acceptance_transaction_hash\") = 32");
                    table.CheckConstraint("ck_epochs_blocks", "first_block <= last_block");
                    table.CheckConstraint("ck_epochs_bounds", "input_index_lower_bound <= input_index_upper_bound");
                    table.CheckConstraint("ck_epochs_claim_block_hash_size", "length(\"claim_block_hash\") = 32");
                    table.CheckConstraint("ck_epochs_claim_block_number_not_negative", "\"claim_block_number\" >= 0");
                    table.CheckConstraint("ck_epochs_claim_block_whole", "(claim_block_number IS NULL) = (claim_block_hash IS NULL)");
                    table.CheckConstraint("ck_epochs_claim_round", "claim_round >= 0 AND (claim_round = 0) = (claim_reverted_at IS NULL)");
                    table.CheckConstraint("ck_epochs_claim_transaction", "status <> 'CLAIM_SUBMITTED' OR claim_transaction_hash IS NOT NULL");
                    table.CheckConstraint("ck_epochs_claim_transaction_hash_size", "length(\"claim_transaction_hash\") = 32");
                    table.CheckConstraint("ck_epochs_commitment_size", "length(\"commitment\") = 32");
                    table.CheckConstraint("ck_epochs_commitment_whole", "(commitment IS NULL AND commitment_proof IS NULL) OR (commitment IS NOT NULL AND commitment_proof IS NOT NULL AND length(commitment_proof) = 1536)");
                    table.CheckConstraint("ck_epochs_first_block_not_negative", "\"first_block\" >= 0");
                    table.CheckConstraint("ck_epochs_iflags_y_block_size", "length(\"iflags_y_block\") = 32");
                    table.CheckConstraint("ck_epochs_index_not_negative", "\"index\" >= 0");
                    table.CheckConstraint("ck_epochs_input_index_lower_bound_not_negative", "\"input_index_lower_bound\" >= 0");
                    table.CheckConstraint("ck_epochs_input_index_upper_bound_not_negative", "\"input_index_upper_bound\" >= 0");
                    table.CheckConstraint("ck_epochs_last_block_not_negative", "\"last_block\" >= 0");
                    table.CheckConstraint("ck_epochs_machine_hash_size", "length(\"machine_hash\") = 32");
                    table.CheckConstraint("ck_epochs_outputs_merkle_root_size", "length(\"outputs_merkle_root\") = 32");
                    table.CheckConstraint("ck_epochs_proof_needed", "status IN ('OPEN', 'CLOSED') OR machine_hash IS NOT NULL");
                    table.CheckConstraint("ck_epochs_proof_whole", "(machine_hash IS NULL AND outputs_merkle_root IS NULL AND iflags_y_block IS NULL AND tohost_block IS NULL AND outputs_merkle_proof IS NULL AND iflags_y_proof IS NULL AND tohost_proof IS NULL) OR (machine_hash IS NOT NULL AND outputs_merkle_root IS NOT NULL AND iflags_y_block IS NOT NULL AND tohost_block IS NOT NULL AND outputs_merkle_proof IS NOT NULL AND iflags_y_proof IS NOT NULL AND tohost_proof IS NOT NULL AND length(outputs_merkle_proof) = 1888 AND length(iflags_y_proof) = 1888 AND length(tohost_proof) = 1888)");
                    table.CheckConstraint("ck_epochs_provisional", "NOT is_provisional OR claim_block_number IS NOT NULL OR acceptance_block_number IS NOT NULL OR settlement_block_number IS NOT NULL");
                    table.CheckConstraint("ck_epochs_settled_machine_hash_size", "length(\"settled_machine_hash\") = 32");
                    table.CheckConstraint("ck_epochs_settled_outputs_merkle_root_size", "length(\"settled_outputs_merkle_root\") = 32");
                    table.CheckConstraint("ck_epochs_settlement_block_hash_size", "length(\"settlement_block_hash\") = 32");
                    table.CheckConstraint("ck_epochs_settlement_block_number_not_negative", "\"settlement_block_number\" >= 0");
                    table.CheckConstraint("ck_epochs_settlement_block_whole", "(settlement_block_number IS NULL) = (settlement_block_hash IS NULL) AND (settlement_block_number IS NULL OR settlement_transaction_hash IS NOT NULL)");
                    table.CheckConstraint("ck_epochs_settlement_transaction_hash_size", "length(\"settlement_transaction_hash\") = 32");
                    table.CheckConstraint("ck_epochs_settlement_whole", "(settled_machine_hash IS NULL AND settled_outputs_merkle_root IS NULL AND settlement_transaction_hash IS NULL) OR (settled_machine_hash IS NOT NULL AND settled_outputs_merkle_root IS NOT NULL AND settlement_transaction_hash IS NOT NULL)");
                    table.CheckConstraint("ck_epochs_status_known", "\"status\" IN ('OPEN', 'CLOSED', 'INPUTS_PROCESSED', 'CLAIM_CALCULATED', 'CLAIM_SUBMITTED', 'CLAIM_ACCEPTED', 'CLAIM_REJECTED')");
                    table.CheckConstraint("ck_epochs_tohost_block_size", "length(\"tohost_block\") = 32");
                    table.CheckConstraint("ck_epochs_tournament_address_size", "length(\"tournament_address\") = 20");
                    table.CheckConstraint("ck_epochs_tournament_needed", "tournament_address IS NULL OR status IN ('OPEN', 'CLOSED', 'INPUTS_PROCESSED') OR commitment IS NOT NULL");
                    table.CheckConstraint("ck_epochs_virtual_index_not_negative", "\"virtual_index\" >= 0");
                    table.ForeignKey(
                        name: "fk_epochs_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "inputs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    index = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    block_number = table.Column<long>(type: "INTEGER", nullable: false),
                    block_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    raw_data = table.Column<byte[]>(type: "BLOB", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    log_index = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "BLOB", nullable: true),
                    exception_data = table.Column<byte[]>(type: "BLOB", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inputs", x => new { x.application_id, x.index });
                    table.UniqueConstraint("ak_inputs_epoch", x => new { x.application_id, x.epoch_index, x.index });
                    table.CheckConstraint("ck_inputs_block_hash_size", "length(\"block_hash\") = 32");
                    table.CheckConstraint("ck_inputs_block_number_not_negative", "\"block_number\" >= 0");
                    table.CheckConstraint("ck_inputs_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_inputs_exception_data", "(status = 'EXCEPTION') = (exception_data IS NOT NULL)");
                    table.CheckConstraint("ck_inputs_index_not_negative", "\"index\" >= 0");
                    table.CheckConstraint("ck_inputs_log_index_not_negative", "\"log_index\" >= 0");
                    table.CheckConstraint("ck_inputs_machine_hash_size", "length(\"machine_hash\") = 32");
                    table.CheckConstraint("ck_inputs_outputs_merkle_root_size", "length(\"outputs_merkle_root\") = 32");
                    table.CheckConstraint("ck_inputs_result_whole", "(status = 'NONE') = (machine_hash IS NULL) AND (status = 'NONE') = (outputs_merkle_root IS NULL)");
                    table.CheckConstraint("ck_inputs_status_known", "\"status\" IN ('NONE', 'ACCEPTED', 'REJECTED', 'EXCEPTION', 'MACHINE_HALTED', 'OVERFLOW', 'UNEXPECTED_YIELD')");
                    table.CheckConstraint("ck_inputs_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_inputs_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tournaments",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    parent_address = table.Column<byte[]>(type: "BLOB", nullable: true),
                    parent_match_id_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    max_level = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<long>(type: "INTEGER", nullable: false),
                    log2step = table.Column<long>(type: "INTEGER", nullable: false),
                    height = table.Column<long>(type: "INTEGER", nullable: false),
                    start_block = table.Column<long>(type: "INTEGER", nullable: false),
                    allowance = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at_block = table.Column<long>(type: "INTEGER", nullable: true),
                    winner_commitment = table.Column<byte[]>(type: "BLOB", nullable: true),
                    final_state_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    searched_to_block = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tournaments", x => new { x.application_id, x.address });
                    table.CheckConstraint("ck_tournaments_address_size", "length(\"address\") = 20");
                    table.CheckConstraint("ck_tournaments_allowance_not_negative", "\"allowance\" >= 0");
                    table.CheckConstraint("ck_tournaments_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_tournaments_final_state_hash_size", "length(\"final_state_hash\") = 32");
                    table.CheckConstraint("ck_tournaments_finished_at_block_not_negative", "\"finished_at_block\" >= 0");
                    table.CheckConstraint("ck_tournaments_height_not_negative", "\"height\" >= 0");
                    table.CheckConstraint("ck_tournaments_level_not_negative", "\"level\" >= 0");
                    table.CheckConstraint("ck_tournaments_log2step_not_negative", "\"log2step\" >= 0");
                    table.CheckConstraint("ck_tournaments_max_level_not_negative", "\"max_level\" >= 0");
                    table.CheckConstraint("ck_tournaments_parent", "(level = 0) = (parent_address IS NULL) AND (parent_address IS NULL) = (parent_match_id_hash IS NULL)");
                    table.CheckConstraint("ck_tournaments_parent_address_size", "length(\"parent_address\") = 20");
                    table.CheckConstraint("ck_tournaments_parent_match_id_hash_size", "length(\"parent_match_id_hash\") = 32");
                    table.CheckConstraint("ck_tournaments_searched_to_block_not_negative", "\"searched_to_block\" >= 0");
                    table.CheckConstraint("ck_tournaments_start_block_not_negative", "\"start_block\" >= 0");
                    table.CheckConstraint("ck_tournaments_winner", "(winner_commitment IS NULL) = (final_state_hash IS NULL) AND (winner_commitment IS NULL OR finished_at_block IS NOT NULL)");
                    table.CheckConstraint("ck_tournaments_winner_commitment_size", "length(\"winner_commitment\") = 32");
                    table.ForeignKey(
                        name: "fk_tournaments_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "transactions",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    chain_id = table.Column<long>(type: "INTEGER", nullable: false),
                    signer = table.Column<byte[]>(type: "BLOB", nullable: false),
                    nonce = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<byte[]>(type: "BLOB", nullable: false),
                    value = table.Column<decimal>(type: "TEXT", precision: 29, scale: 0, nullable: false),
                    data = table.Column<byte[]>(type: "BLOB", nullable: false),
                    gas_limit = table.Column<long>(type: "INTEGER", nullable: false),
                    max_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    max_priority_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    is_legacy = table.Column<bool>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    signed_transaction = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    sent_at_block = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transactions", x => x.id);
                    table.CheckConstraint("ck_transactions_chain_id_not_negative", "\"chain_id\" >= 0");
                    table.CheckConstraint("ck_transactions_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_transactions_gas_limit", "gas_limit > 0");
                    table.CheckConstraint("ck_transactions_gas_limit_not_negative", "\"gas_limit\" >= 0");
                    table.CheckConstraint("ck_transactions_kind_known", "\"kind\" IN ('SUBMIT_CLAIM', 'JOIN_TOURNAMENT', 'SETTLE', 'WIN_MATCH_BY_TIMEOUT', 'ELIMINATE_MATCH', 'RECOVER_BOND')");
                    table.CheckConstraint("ck_transactions_max_fee_per_gas_not_negative", "\"max_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_transactions_max_priority_fee_per_gas_not_negative", "\"max_priority_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_transactions_nonce_not_negative", "\"nonce\" >= 0");
                    table.CheckConstraint("ck_transactions_sent_at_block_not_negative", "\"sent_at_block\" >= 0");
                    table.CheckConstraint("ck_transactions_signer_size", "length(\"signer\") = 20");
                    table.CheckConstraint("ck_transactions_state_known", "\"state\" IN ('PENDING', 'CONFIRMED', 'REVERTED', 'LOST_RACE', 'DROPPED')");
                    table.CheckConstraint("ck_transactions_to_size", "length(\"to\") = 20");
                    table.CheckConstraint("ck_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_transactions_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "outputs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    index = table.Column<long>(type: "INTEGER", nullable: false),
                    input_index = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    raw_data = table.Column<byte[]>(type: "BLOB", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    siblings = table.Column<byte[]>(type: "BLOB", nullable: true),
                    execution_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    execution_block_number = table.Column<long>(type: "INTEGER", nullable: true),
                    execution_block_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    is_provisional = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outputs", x => new { x.application_id, x.index });
                    table.CheckConstraint("ck_outputs_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_outputs_execution_block_hash_size", "length(\"execution_block_hash\") = 32");
                    table.CheckConstraint("ck_outputs_execution_block_number_not_negative", "\"execution_block_number\" >= 0");
                    table.CheckConstraint("ck_outputs_execution_transaction_hash_size", "length(\"execution_transaction_hash\") = 32");
                    table.CheckConstraint("ck_outputs_execution_whole", "(execution_block_number IS NULL) = (execution_block_hash IS NULL) AND (execution_block_number IS NULL OR execution_transaction_hash IS NOT NULL) AND (NOT is_provisional OR execution_block_number IS NOT NULL)");
                    table.CheckConstraint("ck_outputs_hash_size", "length(\"hash\") = 32");
                    table.CheckConstraint("ck_outputs_index_not_negative", "\"index\" >= 0");
                    table.CheckConstraint("ck_outputs_input_index_not_negative", "\"input_index\" >= 0");
                    table.CheckConstraint("ck_outputs_proof_whole", "(hash IS NULL AND siblings IS NULL) OR (hash IS NOT NULL AND siblings IS NOT NULL AND length(siblings) = 2016)");
                    table.ForeignKey(
                        name: "fk_outputs_inputs_application_id_epoch_index_input_index",
                        columns: x => new { x.application_id, x.epoch_index, x.input_index },
                        principalTable: "inputs",
                        principalColumns: new[] { "application_id", "epoch_index", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reports",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    index = table.Column<long>(type: "INTEGER", nullable: false),
                    input_index = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    raw_data = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reports", x => new { x.application_id, x.index });
                    table.CheckConstraint("ck_reports_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_reports_index_not_negative", "\"index\" >= 0");
                    table.CheckConstraint("ck_reports_input_index_not_negative", "\"input_index\" >= 0");
                    table.ForeignKey(
                        name: "fk_reports_inputs_application_id_epoch_index_input_index",
                        columns: x => new { x.application_id, x.epoch_index, x.input_index },
                        principalTable: "inputs",
                        principalColumns: new[] { "application_id", "epoch_index", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "state_hashes",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    input_index = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    epoch_index = table.Column<long>(type: "INTEGER", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    repetitions = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_state_hashes", x => new { x.application_id, x.input_index, x.position });
                    table.CheckConstraint("ck_state_hashes_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_state_hashes_input_index_not_negative", "\"input_index\" >= 0");
                    table.CheckConstraint("ck_state_hashes_machine_hash_size", "length(\"machine_hash\") = 32");
                    table.CheckConstraint("ck_state_hashes_position_not_negative", "\"position\" >= 0");
                    table.CheckConstraint("ck_state_hashes_repetitions", "repetitions BETWEEN 1 AND 16777216");
                    table.CheckConstraint("ck_state_hashes_repetitions_not_negative", "\"repetitions\" >= 0");
                    table.ForeignKey(
                        name: "fk_state_hashes_inputs_application_id_epoch_index_input_index",
                        columns: x => new { x.application_id, x.epoch_index, x.input_index },
                        principalTable: "inputs",
                        principalColumns: new[] { "application_id", "epoch_index", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "commitments",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    tournament_address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    commitment = table.Column<byte[]>(type: "BLOB", nullable: false),
                    final_state_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    submitter = table.Column<byte[]>(type: "BLOB", nullable: false),
                    block_number = table.Column<long>(type: "INTEGER", nullable: false),
                    block_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_commitments", x => new { x.application_id, x.tournament_address, x.commitment });
                    table.CheckConstraint("ck_commitments_block_hash_size", "length(\"block_hash\") = 32");
                    table.CheckConstraint("ck_commitments_block_number_not_negative", "\"block_number\" >= 0");
                    table.CheckConstraint("ck_commitments_commitment_size", "length(\"commitment\") = 32");
                    table.CheckConstraint("ck_commitments_final_state_hash_size", "length(\"final_state_hash\") = 32");
                    table.CheckConstraint("ck_commitments_submitter_size", "length(\"submitter\") = 20");
                    table.CheckConstraint("ck_commitments_tournament_address_size", "length(\"tournament_address\") = 20");
                    table.CheckConstraint("ck_commitments_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_commitments_tournaments_application_id_tournament_address",
                        columns: x => new { x.application_id, x.tournament_address },
                        principalTable: "tournaments",
                        principalColumns: new[] { "application_id", "address" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "matches",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    tournament_address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    id_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    commitment_one = table.Column<byte[]>(type: "BLOB", nullable: false),
                    commitment_two = table.Column<byte[]>(type: "BLOB", nullable: false),
                    left_of_two = table.Column<byte[]>(type: "BLOB", nullable: false),
                    block_number = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    deletion = table.Column<string>(type: "TEXT", nullable: false),
                    winner = table.Column<string>(type: "TEXT", nullable: false),
                    deletion_block_number = table.Column<long>(type: "INTEGER", nullable: true),
                    deletion_transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_matches", x => new { x.application_id, x.tournament_address, x.id_hash });
                    table.CheckConstraint("ck_matches_block_number_not_negative", "\"block_number\" >= 0");
                    table.CheckConstraint("ck_matches_commitment_one_size", "length(\"commitment_one\") = 32");
                    table.CheckConstraint("ck_matches_commitment_two_size", "length(\"commitment_two\") = 32");
                    table.CheckConstraint("ck_matches_deletion_block_number_not_negative", "\"deletion_block_number\" >= 0");
                    table.CheckConstraint("ck_matches_deletion_known", "\"deletion\" IN ('NOT_DELETED', 'STEP', 'TIMEOUT', 'CHILD_TOURNAMENT')");
                    table.CheckConstraint("ck_matches_deletion_transaction_hash_size", "length(\"deletion_transaction_hash\") = 32");
                    table.CheckConstraint("ck_matches_deletion_whole", "(deletion = 'NOT_DELETED' AND winner = 'NONE' AND deletion_block_number IS NULL AND deletion_transaction_hash IS NULL) OR (deletion <> 'NOT_DELETED' AND deletion_block_number IS NOT NULL AND deletion_transaction_hash IS NOT NULL)");
                    table.CheckConstraint("ck_matches_id_hash_size", "length(\"id_hash\") = 32");
                    table.CheckConstraint("ck_matches_left_of_two_size", "length(\"left_of_two\") = 32");
                    table.CheckConstraint("ck_matches_tournament_address_size", "length(\"tournament_address\") = 20");
                    table.CheckConstraint("ck_matches_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.CheckConstraint("ck_matches_winner_known", "\"winner\" IN ('NONE', 'ONE', 'TWO')");
                    table.ForeignKey(
                        name: "fk_matches_tournaments_application_id_tournament_address",
                        columns: x => new { x.application_id, x.tournament_address },
                        principalTable: "tournaments",
                        principalColumns: new[] { "application_id", "address" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "replaced_transactions",
                columns: table => new
                {
                    transaction_id = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    max_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    max_priority_fee_per_gas = table.Column<long>(type: "INTEGER", nullable: false),
                    sent_at_block = table.Column<long>(type: "INTEGER", nullable: false),
                    replaced_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replaced_transactions", x => new { x.transaction_id, x.transaction_hash });
                    table.CheckConstraint("ck_replaced_transactions_max_fee_per_gas_not_negative", "\"max_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_max_priority_fee_per_gas_not_negative", "\"max_priority_fee_per_gas\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_sent_at_block_not_negative", "\"sent_at_block\" >= 0");
                    table.CheckConstraint("ck_replaced_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_replaced_transactions_transactions_transaction_id",
                        column: x => x.transaction_id,
                        principalTable: "transactions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "match_advances",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "INTEGER", nullable: false),
                    tournament_address = table.Column<byte[]>(type: "BLOB", nullable: false),
                    match_id_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    other_parent = table.Column<byte[]>(type: "BLOB", nullable: false),
                    left_node = table.Column<byte[]>(type: "BLOB", nullable: false),
                    block_number = table.Column<long>(type: "INTEGER", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_match_advances", x => new { x.application_id, x.tournament_address, x.match_id_hash, x.other_parent });
                    table.CheckConstraint("ck_match_advances_block_number_not_negative", "\"block_number\" >= 0");
                    table.CheckConstraint("ck_match_advances_left_node_size", "length(\"left_node\") = 32");
                    table.CheckConstraint("ck_match_advances_match_id_hash_size", "length(\"match_id_hash\") = 32");
                    table.CheckConstraint("ck_match_advances_other_parent_size", "length(\"other_parent\") = 32");
                    table.CheckConstraint("ck_match_advances_tournament_address_size", "length(\"tournament_address\") = 20");
                    table.CheckConstraint("ck_match_advances_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_match_advances_matches_application_id_tournament_address_match_id_hash",
                        columns: x => new { x.application_id, x.tournament_address, x.match_id_hash },
                        principalTable: "matches",
                        principalColumns: new[] { "application_id", "tournament_address", "id_hash" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "outbox_lanes",
                column: "lane",
                values: new object[]
                {
                    (short)0,
                    (short)1,
                    (short)2,
                    (short)3,
                    (short)4,
                    (short)5,
                    (short)6,
                    (short)7,
                    (short)8,
                    (short)9,
                    (short)10,
                    (short)11,
                    (short)12,
                    (short)13,
                    (short)14,
                    (short)15
                });

            migrationBuilder.CreateIndex(
                name: "ix_applications_address",
                table: "applications",
                column: "address",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_applications_name",
                table: "applications",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_epoch_lifecycles_chain_id_application_epoch_index",
                table: "epoch_lifecycles",
                columns: new[] { "chain_id", "application", "epoch_index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_epochs_application_id_virtual_index",
                table: "epochs",
                columns: new[] { "application_id", "virtual_index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_epochs_provisional",
                table: "epochs",
                columns: new[] { "application_id", "index" },
                filter: "is_provisional");

            migrationBuilder.CreateIndex(
                name: "ix_epochs_status_application_id_index",
                table: "epochs",
                columns: new[] { "status", "application_id", "index" });

            migrationBuilder.CreateIndex(
                name: "ix_epochs_status_updated_at",
                table: "epochs",
                columns: new[] { "status", "updated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_epochs_unfinished",
                table: "epochs",
                columns: new[] { "application_id", "index" },
                filter: "status NOT IN ('CLAIM_ACCEPTED', 'CLAIM_REJECTED')");

            migrationBuilder.CreateIndex(
                name: "ix_inbox_received_at",
                table: "inbox",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_inputs_application_id_transaction_hash_log_index",
                table: "inputs",
                columns: new[] { "application_id", "transaction_hash", "log_index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_inputs_unprocessed",
                table: "inputs",
                columns: new[] { "application_id", "index" },
                filter: "status = 'NONE'");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_lane_id",
                table: "outbox",
                columns: new[] { "lane", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_not_before",
                table: "outbox",
                column: "not_before",
                filter: "not_before IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_epoch_index_input_index",
                table: "outputs",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_application_id_input_index",
                table: "outputs",
                columns: new[] { "application_id", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_outputs_executed",
                table: "outputs",
                columns: new[] { "application_id", "index" },
                filter: "execution_transaction_hash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outputs_provisional",
                table: "outputs",
                columns: new[] { "application_id", "index" },
                filter: "is_provisional");

            migrationBuilder.CreateIndex(
                name: "ix_replaced_transactions_transaction_hash",
                table: "replaced_transactions",
                column: "transaction_hash");

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_epoch_index_input_index",
                table: "reports",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_input_index",
                table: "reports",
                columns: new[] { "application_id", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_state_hashes_application_id_epoch_index_input_index",
                table: "state_hashes",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_tournaments_application_id_epoch_index",
                table: "tournaments",
                columns: new[] { "application_id", "epoch_index" });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_epoch",
                table: "transactions",
                columns: new[] { "application_id", "epoch_index" });

            migrationBuilder.CreateIndex(
                name: "ux_transactions_nonce",
                table: "transactions",
                columns: new[] { "chain_id", "signer", "nonce" },
                unique: true,
                filter: "state <> 'DROPPED'");

            migrationBuilder.CreateIndex(
                name: "ux_transactions_pending",
                table: "transactions",
                columns: new[] { "application_id", "epoch_index" },
                unique: true,
                filter: "state = 'PENDING'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "commitments");

            migrationBuilder.DropTable(
                name: "epoch_lifecycles");

            migrationBuilder.DropTable(
                name: "inbox");

            migrationBuilder.DropTable(
                name: "leases");

            migrationBuilder.DropTable(
                name: "match_advances");

            migrationBuilder.DropTable(
                name: "node_configurations");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "outbox_dead");

            migrationBuilder.DropTable(
                name: "outbox_lanes");

            migrationBuilder.DropTable(
                name: "outputs");

            migrationBuilder.DropTable(
                name: "replaced_transactions");

            migrationBuilder.DropTable(
                name: "reports");

            migrationBuilder.DropTable(
                name: "state_hashes");

            migrationBuilder.DropTable(
                name: "matches");

            migrationBuilder.DropTable(
                name: "transactions");

            migrationBuilder.DropTable(
                name: "inputs");

            migrationBuilder.DropTable(
                name: "tournaments");

            migrationBuilder.DropTable(
                name: "epochs");

            migrationBuilder.DropTable(
                name: "applications");
        }
    }
}
