namespace Rollups.Cli.Output;

/// <summary>How the cells of a column take their place.</summary>
internal enum ColumnKind
{
    /// <summary>A short text that stays on one line.</summary>
    Word,

    /// <summary>A number, aligned to the right.</summary>
    Number,

    /// <summary>A hash, an address or data. If the table does not fit, only its beginning and its end are shown.</summary>
    Hex,

    /// <summary>Prose, wrapped where the line ends.</summary>
    Prose,
}
