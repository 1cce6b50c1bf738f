using System.Globalization;
using System.Numerics;
using Rollups.Domain;

namespace Rollups.Benchmarks;

/// <summary>
/// A long past in the database, by SQL: accepted epochs with an input each, ten outputs per input (a fifth of them vouchers), and the
/// epochs' sagas. All are of yesterday, because a sync looks again at what has just changed. Rows as the node leaves them, except that the
/// proofs of the epochs are zeros, and that those of the outputs have the right length but prove nothing.
/// </summary>
internal static class StoredHistory
{
    public const int Applications = 10;
    public const int OutputsPerEpoch = 10;

    /// <summary>Address of an application, 0 to 9.</summary>
    public static Address AddressOf(int application) => Address.Parse($"0x{1000 + application:x40}");

    /// <summary>Fills an empty, migrated database.</summary>
    public static async Task FillAsync(string connectionString, int epochsPerApplication)
    {
        // In one transaction with the TRUNCATE, so that the server writes no log of the rows. Ordinary tables with all their indexes and
        // constraints stand at the end.
        await BulkRows.ExecuteAsync(connectionString, Sql(epochsPerApplication));
        await BulkRows.ExecuteAsync(connectionString, "VACUUM ANALYZE");
        await BulkRows.ExecuteAsync(connectionString, "CHECKPOINT");
    }

    private static string Sql(int epochs) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            BEGIN;
            SET LOCAL session_replication_role = replica;
            SET LOCAL maintenance_work_mem = '1GB';
            TRUNCATE applications, epochs, inputs, outputs, outputs_trees, epoch_lifecycles CASCADE;
            CREATE TEMP TABLE dropped ON COMMIT DROP AS
                SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
                WHERE indrelid IN ('epochs'::regclass, 'inputs'::regclass, 'outputs'::regclass, 'epoch_lifecycles'::regclass)
                    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid);
            DO $do$ DECLARE one record; BEGIN
                FOR one IN SELECT name FROM dropped LOOP EXECUTE 'DROP INDEX ' || one.name; END LOOP;
            END $do$;
            INSERT INTO applications (id, name, address, consensus_address, input_box_address, input_box_block, deployment_block,
                    template_hash, template_uri, epoch_length, consensus_type, state, last_input_check_block, last_output_check_block,
                    last_epoch_check_block, last_tournament_check_block, last_claim_check_block, processed_inputs, created_at, updated_at)
                SELECT app + 1, 'stored-' || app, decode(lpad(to_hex(1000 + app), 40, '0'), 'hex'), decode(repeat('00', 20), 'hex'),
                    decode(repeat('00', 20), 'hex'), 1, 1, decode(repeat('00', 32), 'hex'), 'echo:', 10, 'AUTHORITY', 'ENABLED',
                    {{epochs}} * 10, {{epochs}} * 10, 0, 0, {{epochs}} * 10, {{epochs}}, now(), now()
                FROM generate_series(0, {{Applications - 1}}) AS app;
            SELECT setval(pg_get_serial_sequence('applications', 'id'), {{Applications}});
            INSERT INTO epochs (application_id, "index", virtual_index, first_block, last_block, input_index_lower_bound,
                    input_index_upper_bound, status, machine_hash, outputs_merkle_root, outputs_merkle_proof, iflags_y_block,
                        iflags_y_proof,
                    tohost_block, tohost_proof, claim_transaction_hash, acceptance_transaction_hash, is_provisional, claim_round,
                    created_at, updated_at, opened_at, closed_at, inputs_processed_at, claim_calculated_at, claim_submitted_at,
                    claim_settled_at)
                SELECT app, i, i, i * 10, i * 10 + 9, i, i + 1, 'CLAIM_ACCEPTED', sha256(int8send(i)), sha256(int8send(i + 1)),
                    zero.proof, zero.hash, zero.proof, zero.hash, zero.proof, sha256(int8send(i)), sha256(int8send(i)), false, 0,
                    at, at, at, at, at, at, at, at
                FROM generate_series(1, {{Applications}}) AS app, generate_series(0, {{epochs - 1}}::bigint) AS i,
                    (SELECT decode(repeat('00', 1888), 'hex') AS proof, decode(repeat('00', 32), 'hex') AS hash,
                        now() - interval '1 day' AS at) AS zero;
            INSERT INTO inputs (application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                    status, machine_hash, outputs_merkle_root, created_at, updated_at)
                SELECT app, i, i, i * 10, sha256(int8send(i * 10)), decode('{{Input()}}', 'hex') || sha256(int8send(i)),
                    sha256(int8send(app) || int8send(i)), 0, 'ACCEPTED', sha256(int8send(i)), sha256(int8send(i + 1)), now(), now()
                FROM generate_series(1, {{Applications}}) AS app, generate_series(0, {{epochs - 1}}::bigint) AS i;
            INSERT INTO outputs (application_id, "index", input_index, epoch_index, raw_data, is_provisional, created_at, updated_at)
                SELECT app, i, i / {{OutputsPerEpoch}}, i / {{OutputsPerEpoch}},
                    CASE WHEN i % 5 = 0 THEN decode('{{Voucher()}}', 'hex') ELSE decode('{{Notice()}}', 'hex') END || int8send(i),
                    false, now(), now()
                FROM generate_series(1, {{Applications}}) AS app, generate_series(0, {{(epochs * OutputsPerEpoch) - 1}}::bigint) AS i;
            INSERT INTO outputs_trees (application_id, epoch_index, first_index, last_index, siblings, created_at)
                SELECT app, i, first, last, substr(random.bytes, 1, {{Hash32.Size}} * (
                        SELECT sum((last >> level) - (first >> level) + ((last >> level) & 1))::int
                        FROM generate_series(0, {{Levels(epochs)}}) AS level)), now() - interval '1 day'
                FROM generate_series(1, {{Applications}}) AS app, generate_series(0, {{epochs - 1}}::bigint) AS i,
                    LATERAL (SELECT i * {{OutputsPerEpoch}} AS first, i * {{OutputsPerEpoch}} + {{OutputsPerEpoch - 1}} AS last) AS range,
                    (SELECT string_agg(sha256(int8send(n)), '') AS bytes
                        FROM generate_series(1, {{OutputsMerkleTree.Height}}) AS n) AS random;
            INSERT INTO epoch_lifecycles (correlation_id, version, current_state, chain_id, application, application_name, epoch_index,
                    opened_at, closed_at, inputs_processed_at, claim_calculated_at, claim_submitted_at, accepted_at, outputs_merkle_root,
                    claim_transaction_hash, claim_round)
                SELECT gen_random_uuid(), 6, 'Accepted', 31337, app.address, app.name, i, at, at, at, at, at, at, sha256(int8send(i + 1)),
                    sha256(int8send(i)), 0
                FROM applications AS app, generate_series(0, {{epochs - 1}}::bigint) AS i,
                    (SELECT now() - interval '1 day' AS at) AS past;
            DO $do$ DECLARE one record; BEGIN
                FOR one IN SELECT definition FROM dropped LOOP EXECUTE one.definition; END LOOP;
            END $do$;
            COMMIT;
            """
        );

    // On the levels above, the first node has no stored sibling.
    private static int Levels(int epochs) => BitOperations.Log2((uint)(epochs * OutputsPerEpoch));

    private static string Input() =>
        Convert.ToHexStringLower(new EvmAdvance(31337, Address.Zero, AddressOf(7), 1, 1, Hash32.Zero, 0, new byte[32]).Encode());

    private static string Voucher() => Convert.ToHexStringLower(Outputs.Voucher(AddressOf(3), 0, new byte[32]));

    private static string Notice() => Convert.ToHexStringLower(Outputs.Notice(new byte[32]));
}
