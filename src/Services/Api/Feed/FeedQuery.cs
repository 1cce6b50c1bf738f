using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Rollups.Api.Rpc;
using Rollups.Api.Stories;
using Rollups.Domain;

namespace Rollups.Api.Feed;

/// <summary>What GET /events asks for.</summary>
/// <param name="Applications">Of which applications; empty: of all.</param>
/// <param name="Kinds">Which kinds; null: all.</param>
/// <param name="From">Where the stream begins.</param>
internal sealed record FeedQuery(IReadOnlyList<ApplicationKey> Applications, FrozenSet<string>? Kinds, FeedStart From)
{
    private const int MostApplications = 50;
    private static readonly string[] Names = ["application", "kind", "last_event_id"];

    /// <summary>Reads the query string and the header Last-Event-ID, which takes precedence.</summary>
    /// <exception cref="BadQueryException">A name or a value is wrong.</exception>
    public static FeedQuery Read(HttpRequest request)
    {
        foreach (var name in request.Query.Keys)
        {
            if (!Names.Contains(name))
                throw new BadQueryException($"'{Hex.Clip(name)}' is not a filter: use {string.Join(", ", Names)}.");
        }

        var applications = Listed(request.Query["application"]);
        if (applications.Count > MostApplications)
            throw new BadQueryException(
                $"{applications.Count} applications are too many: give at most {MostApplications}, or none for all."
            );
        var kinds = Listed(request.Query["kind"]);
        if (kinds.FirstOrDefault(kind => !EventKinds.All.Contains(kind)) is { } unknown)
            throw new BadQueryException($"'{Hex.Clip(unknown)}' is not a kind: use {string.Join(", ", EventKinds.All)}.");
        var last =
            request.Headers["Last-Event-ID"] is [{ Length: > 0 } header, ..] ? header
            : request.Query["last_event_id"] is [{ Length: > 0 } text, ..] ? text
            : null;
        return new FeedQuery(
            [.. applications.Select(EpochQuery.Key)],
            kinds.Count == 0 ? null : kinds.ToFrozenSet(StringComparer.Ordinal),
            FeedStart.Parse(last)
        );
    }

    // A list that is far too long is cut before it is split: its end makes it refused.
    private static List<string> Listed(StringValues values) =>
        [
            .. values
                .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Distinct(StringComparer.Ordinal),
        ];
}
