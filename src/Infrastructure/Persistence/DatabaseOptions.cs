namespace Rollups.Persistence;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Database";

    /// <summary>sqlite or postgresql.</summary>
    /// <value>The default is sqlite: one process, one file.</value>
    public string Provider { get; set; } = "sqlite";

    /// <summary>
    /// For sqlite <c>Data Source=FILE</c>; for postgresql <c>Host=...;Database=...;Username=...;Password=...</c>. Never logged.
    /// </summary>
    /// <value>The default is the file rollups.db in the working folder.</value>
    public string ConnectionString { get; set; } = "";
}
