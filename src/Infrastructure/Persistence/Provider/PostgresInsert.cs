using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Inserts many rows with one statement. Foreign keys and guards look each row up, and under a session's
/// <c>plan_cache_mode=force_custom_plan</c> the server plans each look-up anew, which takes longer than all else that it does for the row.
/// So it keeps their plans here.
/// </summary>
internal static class PostgresInsert
{
    // With fewer rows, the settings would cost the server as much as they save it.
    private const int ManyRows = 4;

    // A plan that is made for an empty table and kept must not walk through the table once it is full. The defaults are the session's:
    // the node's, or what the operator has set. A failure takes the settings back with its transaction.
    private const string KeepPlans = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;\n";
    private const string AsBefore = ";\nSET LOCAL enable_seqscan TO DEFAULT; SET LOCAL plan_cache_mode TO DEFAULT";

    /// <summary>Runs an INSERT in the transaction under way, in one round trip.</summary>
    /// <param name="db">Context of the transaction.</param>
    /// <param name="insert">The statement, without a semicolon at its end.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task RunAsync(
        RollupsDbContext db,
        string insert,
        int rows,
        NpgsqlParameter[] parameters,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlRawAsync(
            rows < ManyRows ? insert : string.Concat(KeepPlans, insert, AsBefore),
            parameters,
            cancellationToken
        );
}
