using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Database";

    /// <summary>Which database: <c>sqlite</c>, one file for one process, or <c>postgresql</c>, 14 or newer, for several.</summary>
    /// <value>Sqlite or postgresql; the default is sqlite.</value>
    [AllowedValues("sqlite", "postgresql")]
    public string Provider { get; set; } = "sqlite";

    /// <summary>
    /// For sqlite <c>Data Source=FILE</c>; for postgresql <c>Host=...;Database=...;Username=...;Password=...</c>. It is never logged. The
    /// default is a file in the working folder, for sqlite alone.
    /// </summary>
    /// <value>Connection string; the default is Data Source=rollups.db.</value>
    [Setting(Form = "connection string", Default = "Data Source=rollups.db", Secret = true)]
    public string ConnectionString { get; set; } = "";
}
