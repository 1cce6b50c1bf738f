using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Inserts many rows with one statement. Foreign keys and guards look each row up, and under a session's
/// <c>plan_cache_mode=force_custom_plan</c> the server plans each look-up anew, which takes longer than all else that it does for the row.
/// Here it plans them once per statement.
/// </summary>
internal static class PostgresInsert
{
    // With fewer rows, the settings would cost the server about as much as they save it.
    private const int ManyRows = 16;

    /// <summary>Runs an INSERT in the transaction under way, in one round trip.</summary>
    /// <param name="db">Context of the transaction.</param>
    /// <param name="table">Table into which it inserts.</param>
    /// <param name="insert">The statement, without a semicolon at its end.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task RunAsync(
        RollupsDbContext db,
        string table,
        string insert,
        int rows,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken
    ) => db.Database.ExecuteSqlRawAsync(rows < ManyRows ? insert : PlannedOnce(table, insert), parameters, cancellationToken);

    // For an almost empty table all indexes seem to cost the same, so that a plan made then may walk through the application's rows: below
    // 1 MiB, each row is planned for as ever. Plans of earlier statements are discarded, because the tables that they read may have grown.
    // The defaults are the session's: the node's, or what the operator has set. A failure takes the settings back with its transaction.
    private static string PlannedOnce(string table, string insert) =>
        $"""
            DISCARD PLANS;
            SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)
            WHERE pg_relation_size('{table}') >= 1048576;
            {insert};
            SET LOCAL plan_cache_mode TO DEFAULT;
            SET LOCAL enable_seqscan TO DEFAULT
            """;
}
