using System.CommandLine;
using System.Text.Json.Nodes;
using Rollups.Cli.Database;
using Rollups.Cli.Http;

namespace Rollups.Cli.Read;

/// <summary>A parsed command line whose rows come from the node's API.</summary>
internal sealed record ApiRequest<TKey>(NodeApi Api, ApplicationKey Application, ParseResult Parsed, PageRequest<TKey> Page)
{
    /// <summary>Parameters of a list: the application, the order, and a row more than the page, which shows whether more follow.</summary>
    public JsonObject Parameters() =>
        new()
        {
            ["application"] = Application.ToString(),
            ["limit"] = Page.Limit + 1,
            ["descending"] = !Page.Ascending,
        };

    /// <summary>The rows of a list.</summary>
    public async Task<IReadOnlyList<WireRow>> ListAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        new WireRow(await Api.CallAsync(method, parameters, cancellationToken)).Rows("data");
}
