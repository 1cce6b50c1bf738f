using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Every guard. The migrations named Guards create them. Once released they stay as they are, and a change is a new migration. A later
/// SQLite
/// migration that rebuilds a table drops its triggers, so it must create that table's guards again.
/// </summary>
internal static class GuardSet
{
    public static IEnumerable<Guard> All => [.. ApplicationGuards.All, .. EpochGuards.All, .. InputGuards.All, .. TournamentGuards.All];
}
