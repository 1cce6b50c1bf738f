using System.CommandLine;

namespace Rollups.Cli.Read;

/// <summary>The options that every list has: its rows and their order.</summary>
/// <typeparam name="TKey">Key of a row, which <c>--after</c> takes.</typeparam>
internal sealed class PageOptions<TKey>
{
    private const int MostRows = 1000;

    private readonly Option<int> _limit = new("--limit")
    {
        Description = $"Rows to show, 1 to {MostRows}.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    /// <summary>The key to continue from.</summary>
    public Option<TKey?> After { get; }

    private readonly Option<bool> _ascending = new("--ascending") { Description = "Show the oldest first, not the newest." };

    /// <param name="parse">Reads a key; throws FormatException.</param>
    public PageOptions(Func<string, TKey> parse)
    {
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var limit) && limit is < 1 or > MostRows)
                result.AddError($"--limit is {limit}: give a number of rows from 1 to {MostRows}.");
        });
        After = new Option<TKey?>("--after")
        {
            Description = "Begin behind this row: the key that the page before named.",
            HelpName = "KEY",
            CustomParser = result => Typed.Read(result, parse),
        };
    }

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Verb verb)
    {
        verb.Options.Add(_limit);
        verb.Options.Add(After);
        verb.Options.Add(_ascending);
    }

    /// <summary>Their values.</summary>
    public PageRequest<TKey> Of(ParseResult parsed) =>
        new(
            parsed.GetValue(_limit),
            parsed.GetResult(After) is null ? null : new Key<TKey>(parsed.GetValue(After)!),
            parsed.GetValue(_ascending)
        );
}
