using System.Globalization;
using Rollups.Contracts;
using Spectre.Console;

namespace Rollups.Cli.Devnet;

/// <summary>
/// Shows each epoch's progress in the terminal: one line per event, with the milliseconds since the previous stage (commit to commit) and
/// from its own commit to this line (through the outbox and the bus).
/// </summary>
internal sealed class EpochBoard(IAnsiConsole console, TimeProvider clock)
{
    private static readonly string[] Stages =
    [
        "opened",
        "closed",
        "inputs processed",
        "claim calculated",
        "claim submitted",
        "claim accepted",
    ];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, SortedDictionary<int, DateTimeOffset>> _epochs = [];
    private readonly Dictionary<ulong, TaskCompletionSource> _accepted = [];

    /// <summary>Completes when the epoch's last stage was shown.</summary>
    public Task AcceptedAsync(ulong epoch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_accepted.TryGetValue(epoch, out var source))
                _accepted.Add(epoch, source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return source.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Prints the event. Events may arrive in any order and twice: a stage is printed once.</summary>
    public void Show(IEpochEvent message, int stage, string detail)
    {
        var delivered = Milliseconds(clock.GetUtcNow() - message.OccurredAt);
        lock (_lock)
        {
            if (!_epochs.TryGetValue(message.EpochIndex, out var reached))
                _epochs.Add(message.EpochIndex, reached = []);
            if (!reached.TryAdd(stage, message.OccurredAt))
                return;
            var style = stage == Stages.Length - 1 ? "green" : "aqua";
            console.MarkupLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"[grey]{message.OccurredAt:HH:mm:ss.fff}[/]  epoch {message.EpochIndex, -4} [{style}]{Stages[stage], -16}[/] "
                        + $"[yellow]{Hop(reached, stage), 12}[/]  [grey]seen after {delivered, 9}[/]  {Markup.Escape(detail)}"
                )
            );
            if (stage == Stages.Length - 1)
            {
                if (!_accepted.TryGetValue(message.EpochIndex, out var source))
                    _accepted.Add(
                        message.EpochIndex,
                        source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                    );
                source.TrySetResult();
            }
        }
    }

    /// <summary>Prints a line between the events.</summary>
    public void Print(string text)
    {
        lock (_lock)
            console.WriteLine(text);
    }

    /// <summary>Prints the table of the epochs seen so far: the milliseconds of every hop.</summary>
    public void Summarize()
    {
        lock (_lock)
        {
            var table = new Table().RoundedBorder().Title("time between stages, commit to commit");
            table.AddColumn("epoch");
            foreach (var stage in Stages)
                table.AddColumn(new TableColumn(stage).RightAligned());
            foreach (var (epoch, reached) in _epochs)
                table.AddRow([
                    epoch.ToString(CultureInfo.InvariantCulture),
                    .. Stages.Select((_, stage) => reached.ContainsKey(stage) ? Hop(reached, stage) : "-"),
                ]);
            console.Write(table);
        }
    }

    private static string Hop(SortedDictionary<int, DateTimeOffset> reached, int stage)
    {
        var before = reached.LastOrDefault(entry => entry.Key < stage);
        return before.Value == default ? "begin" : Milliseconds(reached[stage] - before.Value);
    }

    private static string Milliseconds(TimeSpan span) => span.TotalMilliseconds.ToString("#,0.0", CultureInfo.InvariantCulture) + " ms";
}
