using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>What the verbs that list rows of an application have in common.</summary>
internal static class ReadVerb
{
    /// <summary>A verb with APP, its own options and those of the page.</summary>
    public static Verb Create<TKey>(
        string name,
        string description,
        IReadOnlyList<string> examples,
        PageOptions<TKey> page,
        IReadOnlyList<Option> filters,
        Func<ReadRequest<TKey>, CancellationToken, Task> show
    )
    {
        var app = ApplicationArgument.Create();
        var verb = new Verb(name, description, [.. examples]) { app };
        foreach (var filter in filters)
            verb.Options.Add(filter);
        page.AddTo(verb);
        return verb.Runs(
            (parsed, output, cancellationToken) =>
                NodeDatabase.ReadAsync(
                    async database =>
                    {
                        var application = await parsed.GetRequiredValue(app).FindAsync(database, cancellationToken);
                        await show(new(database, application, parsed, page.Of(parsed), output), cancellationToken);
                        return ExitCode.Done;
                    },
                    cancellationToken
                )
        );
    }
}

/// <summary>A parsed command line, with its application found.</summary>
internal sealed record ReadRequest<TKey>(
    NodeDatabase Database,
    Application Application,
    ParseResult Parsed,
    PageRequest<TKey> Page,
    CommandOutput Output
);
