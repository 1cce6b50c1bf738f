namespace Rollups.Cli.Output;

/// <summary>Messages that an operator has chosen.</summary>
/// <param name="All">Every one.</param>
/// <param name="Causes">Those of these causes.</param>
/// <param name="Ids">Those with these ids.</param>
internal sealed record SelectedMessages(bool All, IReadOnlySet<string> Causes, IReadOnlySet<string> Ids)
{
    public bool Contains(string cause, string? id) => All || Causes.Contains(cause) || (id is not null && Ids.Contains(id));
}
