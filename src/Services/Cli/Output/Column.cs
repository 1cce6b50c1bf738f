namespace Rollups.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its heading.</param>
/// <param name="Cell">The text of a row; null is an empty cell.</param>
/// <param name="Kind">How the cells take their place in a narrow terminal.</param>
internal sealed record Column<TRow>(string Header, Func<TRow, string?> Cell, ColumnKind Kind = ColumnKind.Word);
