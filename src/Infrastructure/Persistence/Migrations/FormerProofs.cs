namespace Rollups.Persistence.Migrations;

/// <summary>
/// Makes the rows of outputs_trees and outputs_tree_chunks from the proofs that each output had in a column. A proof has the sibling of
/// each ancestor of its output, and the rows have the same siblings once, in the order of the ancestors. Of each ancestor the first output
/// of the epoch below it is read. It stays as it is: no migration reads live code.
/// </summary>
internal static class FormerProofs
{
    /// <summary>The statements for PostgreSQL.</summary>
    public static IEnumerable<string> ToPostgres() => Statements("string_agg(sibling, ''::bytea ORDER BY level, place)", @"'\x'::bytea");

    /// <summary>The statements for SQLite.</summary>
    public static IEnumerable<string> ToSqlite() => Statements("unhex(group_concat(hex(sibling), '' ORDER BY level, place))", "x''");

    private static IEnumerable<string> Statements(string joined, string empty) =>
        [
            $"""
                {Parts}
                INSERT INTO outputs_trees (application_id, epoch_index, first_index, last_index, siblings, created_at)
                SELECT parts.application_id, parts.epoch_index, min(parts.first_index), max(parts.last_index), COALESCE({joined}, {empty}),
                    min(COALESCE(epoch.claim_calculated_at, epoch.updated_at))
                FROM parts
                JOIN epochs AS epoch ON epoch.application_id = parts.application_id AND epoch."index" = parts.epoch_index
                WHERE parts.part_level = parts.top_level
                GROUP BY parts.application_id, parts.epoch_index;
                """,
            $"""
                {Parts}
                INSERT INTO outputs_tree_chunks (application_id, first_index, level, epoch_index, siblings)
                SELECT application_id, part_first, part_level, min(epoch_index), COALESCE({joined}, {empty})
                FROM (
                    SELECT application_id, epoch_index, part_level, level, place, sibling,
                        CASE WHEN (place >> (part_level + 7 - level)) << (part_level + 7) > first_index
                            THEN (place >> (part_level + 7 - level)) << (part_level + 7) ELSE first_index END AS part_first
                    FROM parts
                    WHERE part_level < top_level
                ) AS chunks
                GROUP BY application_id, part_first, part_level;
                """,
        ];

    private const string Parts = """
        WITH RECURSIVE levels (level) AS (SELECT 0 UNION ALL SELECT level + 1 FROM levels WHERE level < 62),
        ranges AS (
            SELECT application_id, epoch_index, min("index") AS first_index, max("index") AS last_index
            FROM outputs WHERE siblings IS NOT NULL GROUP BY application_id, epoch_index
        ),
        trees AS (
            SELECT application_id, epoch_index, first_index, last_index, CASE
                WHEN last_index - first_index < 128 THEN 0
                WHEN (last_index >> 7) - (first_index >> 7) < 128 THEN 7
                WHEN (last_index >> 14) - (first_index >> 14) < 128 THEN 14
                WHEN (last_index >> 21) - (first_index >> 21) < 128 THEN 21
                ELSE 28 END AS top_level
            FROM ranges
        ),
        parts AS (
            SELECT tree.application_id, tree.epoch_index, tree.first_index, tree.last_index, tree.top_level, node.level,
                output."index" >> node.level AS place,
                CASE WHEN node.level >= tree.top_level THEN tree.top_level ELSE node.level / 7 * 7 END AS part_level,
                CASE WHEN output."index" >> node.level < tree.last_index >> node.level OR (output."index" >> node.level) & 1 = 1
                    THEN substr(output.siblings, 32 * node.level + 1, 32) END AS sibling
            FROM trees AS tree
            JOIN outputs AS output ON output.application_id = tree.application_id AND output.epoch_index = tree.epoch_index
            CROSS JOIN levels AS node
            WHERE output."index" = tree.first_index OR output."index" & ((CAST(1 AS bigint) << node.level) - 1) = 0
        )
        """;
}
