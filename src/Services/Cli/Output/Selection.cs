using System.CommandLine;

namespace Rollups.Cli.Output;

/// <summary>The options with which an operator chooses failed messages: by cause, one by one, or all. One of them must be given.</summary>
internal sealed class Selection
{
    private readonly Option<string[]> _causes = new("--cause")
    {
        Description = "Messages of this cause, as the list shows it; may be repeated.",
        HelpName = "ID",
    };

    private readonly Option<string[]> _ids = new("--id") { Description = "This message; may be repeated.", HelpName = "ID" };

    private readonly Option<bool> _all = new("--all") { Description = "Every message." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_causes);
        verb.Options.Add(_ids);
        verb.Options.Add(_all);
        verb.Validators.Add(result =>
        {
            if (result.GetResult(_causes) is null && result.GetResult(_ids) is null && result.GetResult(_all) is null)
                result.AddError("Choose messages with --cause ID, --id ID or --all.");
        });
    }

    /// <summary>What was chosen.</summary>
    public SelectedMessages Of(ParseResult parsed) =>
        new(parsed.GetValue(_all), (parsed.GetValue(_causes) ?? []).ToHashSet(), (parsed.GetValue(_ids) ?? []).ToHashSet());
}
