using Rollups.Domain;

namespace Rollups.Persistence.Migrations.Guards;

/// <summary>
/// Every guard as the migrations named Guards create them. They stay as they are: a change is a new migration with text of its own, as
/// <see cref="OperatorGuards"/> is. A later SQLite migration that rebuilds a table drops its triggers, so it must create that table's
/// guards again.
/// </summary>
internal static class GuardSet
{
    /// <summary>As the migrations named Guards create them.</summary>
    public static IEnumerable<Guard> All => [.. ApplicationGuards.All, .. EpochGuards.All, .. InputGuards.All, .. TournamentGuards.All];

    /// <summary>Since operators disable, enable and remove applications.</summary>
    public static IEnumerable<Guard> WithOperators =>
        [.. OperatorGuards.All, .. EpochGuards.All, .. InputGuards.All, .. TournamentGuards.All];
}
