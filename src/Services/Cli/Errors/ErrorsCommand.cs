using System.CommandLine;
using Rollups.Cli.Broker;
using Rollups.Cli.Output;
using Rollups.Settings;

namespace Rollups.Cli.Errors;

/// <summary><c>rollups errors</c>: messages on which a service has given up, in the broker's error queues.</summary>
internal static class ErrorsCommand
{
    public static Verb Create() =>
        new("errors", "Messages on which a service has given up, in the broker's error queues.")
        {
            List(),
            Change(
                "retry",
                "Sends messages back to the queue in which they failed. The broker confirms each copy before the original is deleted.",
                ErrorQueues.RetryAsync,
                "sent back to the queue in which they failed"
            ),
            Change(
                "discard",
                "Deletes messages. The fallback syncs find the work that they announced; a discarded command has no effect.",
                ErrorQueues.DiscardAsync,
                "deleted"
            ),
        };

    private static Verb List()
    {
        var cause = new Option<string>("--cause") { Description = "Show each message of this cause.", HelpName = "ID" };
        var verb = new Verb(
            "list",
            $"Lists the messages by cause, or with --cause one by one: the first {ErrorQueues.Examined} of each queue.",
            "rollups errors list",
            "rollups errors list --cause 3f2a9c01 --json"
        )
        {
            cause,
        };
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var messages = await NodeBroker.UseAsync(broker => ErrorQueues.ReadAsync(broker, cancellationToken), cancellationToken);
                if (parsed.GetValue(cause) is { } id)
                    ShowMessages([.. messages.Where(message => message.Cause == id)], output);
                else
                    ShowCauses(messages, output);
                return ExitCode.Done;
            }
        );
    }

    private static Verb Change(
        string name,
        string description,
        Func<NodeBroker, SelectedMessages, CancellationToken, Task<int>> change,
        string done
    )
    {
        var selection = new Selection();
        var verb = new Verb(name, description, $"rollups errors {name} --cause 3f2a9c01", $"rollups errors {name} --all");
        selection.AddTo(verb);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var selected = selection.Of(parsed);
                var count = await NodeBroker.UseAsync(broker => change(broker, selected, cancellationToken), cancellationToken);
                if (count == 0)
                    throw new OperatorException("No error queue has such a message: 'rollups errors list' shows those that they have.");
                output.Answer(new { Messages = count }, $"{count} message{(count == 1 ? "" : "s")} {done}.");
                return ExitCode.Done;
            }
        );
    }

    private static void ShowCauses(IReadOnlyList<FailedMessage> messages, CommandOutput output)
    {
        var causes = messages
            .GroupBy(message => message.Cause)
            .Select(group => new FailedCause(
                group.Key,
                group.First().Queue,
                group.Count(),
                group.First().Type,
                group.Min(message => message.FailedAt),
                group.Max(message => message.FailedAt),
                group.First().Error
            ))
            .OrderByDescending(group => group.Messages)
            .ToList();
        output.List(
            causes,
            causes,
            "No error queue has a message.",
            new("CAUSE", row => row.Cause),
            new("MESSAGES", row => $"{row.Messages}", ColumnKind.Number),
            new("QUEUE", row => row.Queue),
            new("TYPE", row => row.Type),
            new("FIRST", row => output.Time(row.First)),
            new("LAST", row => output.Time(row.Last)),
            new("ERROR", row => row.Error, ColumnKind.Prose)
        );
    }

    private static void ShowMessages(IReadOnlyList<FailedMessage> messages, CommandOutput output) =>
        output.List(
            messages,
            messages,
            "No error queue has a message of this cause.",
            new("ID", row => row.Id),
            new("QUEUE", row => row.Queue),
            new("TYPE", row => row.Type),
            new("FAILED", row => output.Time(row.FailedAt)),
            new("ERROR", row => row.Error, ColumnKind.Prose)
        );
}
