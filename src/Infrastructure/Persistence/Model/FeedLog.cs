namespace Rollups.Persistence;

/// <summary>
/// The head of the feed's log: one row. Writers update it before they insert, so the row's lock makes them one after the other.
/// </summary>
public sealed class FeedLog
{
    /// <summary>Key of the only row.</summary>
    public const int TheId = 1;

    /// <summary>Always <see cref="TheId"/>.</summary>
    public int Id { get; set; }

    /// <summary>Eight random hex digits: numbers of another database's log mean nothing here.</summary>
    public required string Name { get; set; }

    /// <summary>Number of the newest event; 0 before the first.</summary>
    public long Last { get; set; }
}
