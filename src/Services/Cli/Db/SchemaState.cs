using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Db;

/// <summary>The schema of a database.</summary>
/// <param name="Database">Its name and server, or its file.</param>
/// <param name="State">current, behind, empty, newer, or admitted for a newer one that admits this version.</param>
/// <param name="Applied">Migrations that it has.</param>
/// <param name="Pending">Migrations of this version that it lacks.</param>
/// <param name="Unknown">Migrations that it has and this version does not know.</param>
internal sealed record SchemaState(
    string Database,
    string State,
    IReadOnlyList<string> Applied,
    IReadOnlyList<string> Pending,
    IReadOnlyList<string> Unknown
);
