using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Every guard as the migrations named Guards create them. They stay as they are: a change is a new migration with text of its own, as
/// <see cref="OperatorGuards"/> is. A later SQLite migration that rebuilds a table drops its triggers, so it must create that table's
/// guards again.
/// </summary>
internal static class GuardSet
{
    public static IEnumerable<Guard> All => [.. ApplicationGuards.All, .. EpochGuards.All, .. InputGuards.All, .. TournamentGuards.All];
}
