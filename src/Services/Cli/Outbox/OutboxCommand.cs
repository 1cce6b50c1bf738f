using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Settings;

namespace Rollups.Cli.Outbox;

/// <summary>
/// <c>rollups outbox</c>: messages that the broker refused ten times, and that the node set aside so that the others continue.
/// </summary>
internal static class OutboxCommand
{
    public static Verb Create() =>
        new("outbox", "Messages that the broker refused again and again, set aside in the database.")
        {
            List(),
            Change(
                "retry",
                "Puts messages back into the outbox in their old order, in one transaction; the node sends them within a second. On "
                    + "SQLite stop the node first.",
                "rollups outbox retry --cause 3f2a9c01",
                DeadMessages.RetryAsync,
                "put back into the outbox"
            ),
            Change(
                "discard",
                "Deletes messages. The fallback syncs find the work that they announced.",
                "rollups outbox discard --id 4711",
                DeadMessages.DiscardAsync,
                "deleted"
            ),
        };

    private static Verb List()
    {
        var cause = new Option<string>("--cause") { Description = "Show each message of this cause.", HelpName = "ID" };
        var verb = new Verb(
            "list",
            "Lists the messages by cause, or with --cause one by one.",
            "rollups outbox list",
            "rollups outbox list --cause 3f2a9c01 --json"
        )
        {
            cause,
        };
        return verb.Runs(
            (parsed, output, cancellationToken) =>
                NodeDatabase.ReadAsync(
                    async database =>
                    {
                        if (parsed.GetValue(cause) is { } id)
                            ShowMessages(await DeadMessages.ReadAsync(database.Db, id, cancellationToken), output);
                        else
                            ShowCauses(await DeadMessages.CausesAsync(database.Db, cancellationToken), output);
                        return ExitCode.Done;
                    },
                    cancellationToken
                )
        );
    }

    private static Verb Change(
        string name,
        string description,
        string example,
        Func<Persistence.RollupsDbContext, SelectedMessages, CancellationToken, Task<int>> change,
        string done
    )
    {
        var selection = new Selection();
        var verb = new Verb(name, description, example, $"rollups outbox {name} --all");
        selection.AddTo(verb);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var selected = selection.Of(parsed);
                if (selected.Ids.FirstOrDefault(id => !long.TryParse(id, out _)) is { } wrong)
                    throw new OperatorException($"'{wrong}' is not the id of a message: 'rollups outbox list --cause ID' shows the ids.");
                var count = await NodeDatabase.WriteAsync(database => change(database.Db, selected, cancellationToken), cancellationToken);
                if (count == 0)
                    throw new OperatorException("No such message is set aside: 'rollups outbox list' shows those that are.");
                output.Answer(new { Messages = count }, $"{count} message{(count == 1 ? "" : "s")} {done}.");
                return ExitCode.Done;
            }
        );
    }

    private static void ShowCauses(IReadOnlyList<DeadCause> causes, CommandOutput output) =>
        output.List(
            causes,
            causes,
            "No message is set aside.",
            new("CAUSE", row => row.Cause),
            new("MESSAGES", row => $"{row.Messages}", ColumnKind.Number),
            new("TYPE", row => row.Type),
            new("FIRST", row => output.Time(row.First)),
            new("LAST", row => output.Time(row.Last)),
            new("ERROR", row => row.Error, ColumnKind.Prose)
        );

    private static void ShowMessages(IReadOnlyList<DeadMessage> messages, CommandOutput output) =>
        output.List(
            messages,
            messages,
            "No message of this cause is set aside.",
            new("ID", row => $"{row.Id}", ColumnKind.Number),
            new("MESSAGE", row => $"{row.MessageId}"),
            new("TYPE", row => row.Type),
            new("SET ASIDE", row => output.Time(row.FailedAt)),
            new("DESTINATION", row => row.Destination, ColumnKind.Prose),
            new("ERROR", row => row.Error, ColumnKind.Prose)
        );
}
