using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary>What the verbs that list rows of an application have in common.</summary>
internal static class ReadVerb
{
    /// <summary>A verb with APP, its own options and those of the page.</summary>
    /// <param name="name">Name of the verb.</param>
    /// <param name="description">What it lists.</param>
    /// <param name="examples">Whole command lines.</param>
    /// <param name="page">The options of the page.</param>
    /// <param name="filters">Its own options.</param>
    /// <param name="rows">Where the rows come from, and how they are shown.</param>
    public static Verb Create<TKey, TRow>(
        string name,
        string description,
        IReadOnlyList<string> examples,
        PageOptions<TKey> page,
        IReadOnlyList<Option> filters,
        ListedRows<TKey, TRow> rows
    )
    {
        var app = ApplicationArgument.Create();
        var verb = new Verb(name, description, [.. examples]) { app };
        foreach (var filter in filters)
            verb.Options.Add(filter);
        page.AddTo(verb);
        var url = rows.FromApi is null
            ? null
            : NodeUrl.ReadOption(verb, [.. rows.OnlyStored, .. rows.HasIndex ? [] : (Option[])[page.After]]);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var key = parsed.GetRequiredValue(app);
                if (url is not null && parsed.GetValue(url) is { } node)
                {
                    using var api = NodeApi.Open(node, output);
                    var request = new ApiRequest<TKey>(api, key, parsed, page.Of(parsed));
                    output.List(await rows.FromApi!(request, output, cancellationToken), rows.Empty, rows.Columns(output));
                    return ExitCode.Done;
                }

                return await NodeDatabase.ReadAsync(
                    async database =>
                    {
                        var application = await key.FindAsync(database, cancellationToken);
                        var request = new ReadRequest<TKey>(database, application, parsed, page.Of(parsed));
                        output.List(await rows.Stored(request, cancellationToken), rows.Empty, rows.Columns(output));
                        return ExitCode.Done;
                    },
                    cancellationToken
                );
            }
        );
    }
}
