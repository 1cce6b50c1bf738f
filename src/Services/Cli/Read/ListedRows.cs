using System.CommandLine;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary>The rows of a list.</summary>
/// <param name="Stored">Reads a page from the database.</param>
/// <param name="Empty">The sentence for no rows.</param>
/// <param name="Columns">The columns.</param>
internal sealed record ListedRows<TKey, TRow>(
    Func<ReadRequest<TKey>, CancellationToken, Task<Page<TRow>>> Stored,
    string Empty,
    Func<CommandOutput, IReadOnlyList<Column<TRow>>> Columns
)
{
    /// <summary>Reads a page from the node's API; null if the API has no such rows.</summary>
    public Func<ApiRequest<TKey>, CommandOutput, CancellationToken, Task<Page<TRow>>>? FromApi { get; init; }

    /// <summary>Filters that the API lacks.</summary>
    public IReadOnlyList<Option> OnlyStored { get; init; } = [];

    /// <summary>Whether rows have an index, from which the API can continue.</summary>
    public bool HasIndex { get; init; } = true;
}
