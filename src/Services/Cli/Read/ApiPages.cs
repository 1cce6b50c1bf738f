using System.Globalization;
using System.Text.Json.Nodes;
using Rollups.Cli.Http;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary>Pages of the node's API.</summary>
internal static class ApiPages
{
    /// <summary>An index as the API takes it.</summary>
    public static string Hex(ulong number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Adds a filter, if it was given.</summary>
    public static JsonObject With(this JsonObject parameters, string name, ulong? number)
    {
        if (number is { } given)
            parameters[name] = Hex(given);
        return parameters;
    }

    /// <summary>A page of rows with an index: the range behind the key of the page.</summary>
    public static async Task<Page<TRow>> ByIndexAsync<TRow>(
        this ApiRequest<ulong> request,
        string method,
        JsonObject parameters,
        ulong? from,
        ulong? to,
        Func<WireRow, TRow> show,
        CancellationToken cancellationToken
    )
    {
        if (request.Page is { After: { Value: var after }, Ascending: var ascending })
        {
            // Nothing is before the first row.
            if (!ascending && after == 0)
                return new Page<TRow>([], null);
            if (ascending)
                from = Math.Max(from ?? 0, after + 1);
            else
                to = Math.Min(to ?? ulong.MaxValue, after - 1);
        }

        if (from > to)
            return new Page<TRow>([], null);
        var rows = await request.ListAsync(method, parameters.With("from", from).With("to", to), cancellationToken);
        var page = Page<WireRow>.Of(rows, request.Page.Limit, row => $"{row.Number("index")}");
        return new Page<TRow>([.. page.Data.Select(show)], page.Next);
    }

    /// <summary>The first page of rows without an index, whose key the API cannot continue from.</summary>
    public static async Task<Page<TRow>> FirstAsync<TKey, TRow>(
        this ApiRequest<TKey> request,
        string method,
        JsonObject parameters,
        CommandOutput output,
        Func<WireRow, TRow> show,
        CancellationToken cancellationToken
    )
    {
        var rows = await request.ListAsync(method, parameters, cancellationToken);
        if (rows.Count > request.Page.Limit)
            output.Note("More follow: raise --limit, or narrow the list with --epoch.");
        return new Page<TRow>([.. rows.Take(request.Page.Limit).Select(show)], null);
    }
}
