using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Rollups.Persistence.Migrations.Postgres
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
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<byte[]>(type: "bytea", nullable: false),
                    consensus_address = table.Column<byte[]>(type: "bytea", nullable: false),
                    input_box_address = table.Column<byte[]>(type: "bytea", nullable: false),
                    input_box_block = table.Column<long>(type: "bigint", nullable: false),
                    deployment_block = table.Column<long>(type: "bigint", nullable: false),
                    template_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    template_uri = table.Column<string>(type: "text", nullable: false),
                    epoch_length = table.Column<long>(type: "bigint", nullable: false),
                    consensus_type = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    reason_kind = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    last_input_check_block = table.Column<long>(type: "bigint", nullable: false),
                    last_output_check_block = table.Column<long>(type: "bigint", nullable: false),
                    last_epoch_check_block = table.Column<long>(type: "bigint", nullable: false),
                    last_tournament_check_block = table.Column<long>(type: "bigint", nullable: false),
                    last_claim_check_block = table.Column<long>(type: "bigint", nullable: false),
                    processed_inputs = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
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
                    table.CheckConstraint("ck_applications_reason_kind_known", "\"reason_kind\" IN ('FAILED', 'DIVERGED', 'CORRUPTED', 'GUEST_EXCEPTION', 'MACHINE_HALTED', 'MCYCLE_OVERFLOW', 'UNEXPECTED_YIELD', 'INVALID_OUTPUTS_ROOT')");
                    table.CheckConstraint("ck_applications_state_known", "\"state\" IN ('ENABLED', 'DISABLED', 'INOPERABLE')");
                    table.CheckConstraint("ck_applications_template_hash_size", "length(\"template_hash\") = 32");
                });

            migrationBuilder.CreateTable(
                name: "epoch_lifecycles",
                columns: table => new
                {
                    correlation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    current_state = table.Column<string>(type: "text", nullable: false),
                    chain_id = table.Column<long>(type: "bigint", nullable: false),
                    application = table.Column<byte[]>(type: "bytea", nullable: false),
                    application_name = table.Column<string>(type: "text", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    inputs_processed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claim_calculated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claim_submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    rejected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "bytea", nullable: true),
                    claim_transaction_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    rejection_reason = table.Column<string>(type: "text", nullable: true)
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
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbox", x => new { x.message_id, x.consumer_id });
                });

            migrationBuilder.CreateTable(
                name: "node_configurations",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_node_configurations", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    lane = table.Column<short>(type: "smallint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<short>(type: "smallint", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    correlation_id = table.Column<Guid>(type: "uuid", nullable: true),
                    initiator_id = table.Column<Guid>(type: "uuid", nullable: true),
                    request_id = table.Column<Guid>(type: "uuid", nullable: true),
                    source_address = table.Column<string>(type: "text", nullable: true),
                    destination_address = table.Column<string>(type: "text", nullable: true),
                    response_address = table.Column<string>(type: "text", nullable: true),
                    fault_address = table.Column<string>(type: "text", nullable: true),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    message_type = table.Column<string>(type: "text", nullable: false),
                    expiration_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    headers = table.Column<string>(type: "text", nullable: true),
                    properties = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<string>(type: "text", nullable: false)
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
                    id = table.Column<long>(type: "bigint", nullable: false),
                    lane = table.Column<short>(type: "smallint", nullable: false),
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    destination_address = table.Column<string>(type: "text", nullable: true),
                    message_type = table.Column<string>(type: "text", nullable: false),
                    row = table.Column<string>(type: "text", nullable: false),
                    error = table.Column<string>(type: "text", nullable: false),
                    failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_dead", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_lanes",
                columns: table => new
                {
                    lane = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_lanes", x => x.lane);
                });

            migrationBuilder.CreateTable(
                name: "epochs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    virtual_index = table.Column<long>(type: "bigint", nullable: false),
                    first_block = table.Column<long>(type: "bigint", nullable: false),
                    last_block = table.Column<long>(type: "bigint", nullable: false),
                    input_index_lower_bound = table.Column<long>(type: "bigint", nullable: false),
                    input_index_upper_bound = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "bytea", nullable: true),
                    outputs_merkle_proof = table.Column<byte[]>(type: "bytea", nullable: true),
                    iflags_y_block = table.Column<byte[]>(type: "bytea", nullable: true),
                    iflags_y_proof = table.Column<byte[]>(type: "bytea", nullable: true),
                    tohost_block = table.Column<byte[]>(type: "bytea", nullable: true),
                    tohost_proof = table.Column<byte[]>(type: "bytea", nullable: true),
                    claim_transaction_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    acceptance_transaction_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    inputs_processed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claim_calculated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claim_submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claim_settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_epochs", x => new { x.application_id, x.index });
                    table.CheckConstraint("ck_epochs_acceptance_transaction_hash_size", "length(\"acceptance_transaction_hash\") = 32");
                    table.CheckConstraint("ck_epochs_blocks", "first_block <= last_block");
                    table.CheckConstraint("ck_epochs_bounds", "input_index_lower_bound <= input_index_upper_bound");
                    table.CheckConstraint("ck_epochs_claim_transaction", "status <> 'CLAIM_SUBMITTED' OR claim_transaction_hash IS NOT NULL");
                    table.CheckConstraint("ck_epochs_claim_transaction_hash_size", "length(\"claim_transaction_hash\") = 32");
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
                    table.CheckConstraint("ck_epochs_status_known", "\"status\" IN ('OPEN', 'CLOSED', 'INPUTS_PROCESSED', 'CLAIM_CALCULATED', 'CLAIM_SUBMITTED', 'CLAIM_ACCEPTED', 'CLAIM_REJECTED')");
                    table.CheckConstraint("ck_epochs_tohost_block_size", "length(\"tohost_block\") = 32");
                    table.CheckConstraint("ck_epochs_virtual_index_not_negative", "\"virtual_index\" >= 0");
                    table.ForeignKey(
                        name: "fk_epochs_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "claim_transactions",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    chain_id = table.Column<long>(type: "bigint", nullable: false),
                    signer = table.Column<byte[]>(type: "bytea", nullable: false),
                    nonce = table.Column<long>(type: "bigint", nullable: false),
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    signed_transaction = table.Column<byte[]>(type: "bytea", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    sent_at_block = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_claim_transactions", x => x.id);
                    table.CheckConstraint("ck_claim_transactions_chain_id_not_negative", "\"chain_id\" >= 0");
                    table.CheckConstraint("ck_claim_transactions_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_claim_transactions_nonce_not_negative", "\"nonce\" >= 0");
                    table.CheckConstraint("ck_claim_transactions_sent_at_block_not_negative", "\"sent_at_block\" >= 0");
                    table.CheckConstraint("ck_claim_transactions_signer_size", "length(\"signer\") = 20");
                    table.CheckConstraint("ck_claim_transactions_state_known", "\"state\" IN ('PENDING', 'CONFIRMED', 'REVERTED', 'DROPPED')");
                    table.CheckConstraint("ck_claim_transactions_transaction_hash_size", "length(\"transaction_hash\") = 32");
                    table.ForeignKey(
                        name: "fk_claim_transactions_epochs_application_id_epoch_index",
                        columns: x => new { x.application_id, x.epoch_index },
                        principalTable: "epochs",
                        principalColumns: new[] { "application_id", "index" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "inputs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    block_number = table.Column<long>(type: "bigint", nullable: false),
                    raw_data = table.Column<byte[]>(type: "bytea", nullable: false),
                    transaction_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    log_index = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false),
                    machine_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    outputs_merkle_root = table.Column<byte[]>(type: "bytea", nullable: true),
                    exception_data = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inputs", x => new { x.application_id, x.index });
                    table.UniqueConstraint("ak_inputs_epoch", x => new { x.application_id, x.epoch_index, x.index });
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
                name: "outputs",
                columns: table => new
                {
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    input_index = table.Column<long>(type: "bigint", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    raw_data = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    siblings = table.Column<byte[]>(type: "bytea", nullable: true),
                    execution_transaction_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outputs", x => new { x.application_id, x.index });
                    table.CheckConstraint("ck_outputs_epoch_index_not_negative", "\"epoch_index\" >= 0");
                    table.CheckConstraint("ck_outputs_execution_transaction_hash_size", "length(\"execution_transaction_hash\") = 32");
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
                    application_id = table.Column<int>(type: "integer", nullable: false),
                    index = table.Column<long>(type: "bigint", nullable: false),
                    input_index = table.Column<long>(type: "bigint", nullable: false),
                    epoch_index = table.Column<long>(type: "bigint", nullable: false),
                    raw_data = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
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
                name: "ix_claim_transactions_epoch",
                table: "claim_transactions",
                columns: new[] { "application_id", "epoch_index" });

            migrationBuilder.CreateIndex(
                name: "ux_claim_transactions_nonce",
                table: "claim_transactions",
                columns: new[] { "chain_id", "signer", "nonce" },
                unique: true,
                filter: "state <> 'DROPPED'");

            migrationBuilder.CreateIndex(
                name: "ux_claim_transactions_pending",
                table: "claim_transactions",
                columns: new[] { "application_id", "epoch_index" },
                unique: true,
                filter: "state = 'PENDING'");

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
                name: "ix_reports_application_id_epoch_index_input_index",
                table: "reports",
                columns: new[] { "application_id", "epoch_index", "input_index" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_application_id_input_index",
                table: "reports",
                columns: new[] { "application_id", "input_index" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "claim_transactions");

            migrationBuilder.DropTable(
                name: "epoch_lifecycles");

            migrationBuilder.DropTable(
                name: "inbox");

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
                name: "reports");

            migrationBuilder.DropTable(
                name: "inputs");

            migrationBuilder.DropTable(
                name: "epochs");

            migrationBuilder.DropTable(
                name: "applications");
        }
    }
}
