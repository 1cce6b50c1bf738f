using System.Diagnostics.Metrics;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Lifecycle.Metrics;

/// <summary>Unfinished epochs and waiting applications, as the last check found them. Without data no series is published.</summary>
internal sealed class EpochMetrics
{
    private static readonly EpochStatus[] States =
    [
        .. Enum.GetValues<EpochStatus>().Where(status => status is not (EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected)),
    ];

    private View? _view;

    public EpochMetrics()
    {
        var meter = Telemetry.Meter;
        meter.CreateObservableGauge("rollups.epochs.unfinished", () => ByState(state => state.Count), "{epoch}", "Epochs in each state");
        meter.CreateObservableGauge(
            "rollups.epochs.stuck",
            () => ByState(state => state.Stuck),
            "{epoch}",
            "Epochs that have been in their state for longer than Services:Lifecycle:StuckAfter"
        );
        meter.CreateObservableGauge("rollups.epochs.oldest", Oldest, "s", "How long the oldest epoch of each state has been in it");
        meter.CreateObservableGauge(
            "rollups.application.unprocessed_inputs",
            () => ByApplication(app => app.Name, app => (long)(app.Inputs - Math.Min(app.Inputs, app.ProcessedInputs))),
            "{input}",
            "Stored inputs that the machine has not processed; only applications with unfinished epochs"
        );
        meter.CreateObservableGauge(
            "rollups.application.unsettled",
            Unsettled,
            "s",
            "Time since the oldest epoch without an accepted claim was closed; only applications that have one"
        );
    }

    /// <summary>The figures of a check.</summary>
    public void Show(DateTimeOffset at, IReadOnlyList<EpochsInState> states, IReadOnlyList<WaitingApplication> applications) =>
        Volatile.Write(ref _view, new View(at, states, applications));

    /// <summary>The check failed.</summary>
    public void Forget() => Volatile.Write(ref _view, null);

    private List<Measurement<long>> ByState(Func<EpochsInState, long> value) =>
        Volatile.Read(ref _view) is not { } view
            ? []
            :
            [
                .. States.Select(status => new Measurement<long>(
                    view.States.FirstOrDefault(state => state.Status == status) is { } found ? value(found) : 0,
                    State(status)
                )),
            ];

    private List<Measurement<double>> Oldest() =>
        Volatile.Read(ref _view) is not { } view
            ? []
            :
            [
                .. view
                    .States.Where(state => state.Since is not null)
                    .Select(state => new Measurement<double>(Age(view.At, state.Since!.Value), State(state.Status))),
            ];

    private List<Measurement<long>> ByApplication(Func<WaitingApplication, string> name, Func<WaitingApplication, long> value) =>
        Volatile.Read(ref _view) is not { } view
            ? []
            : [.. view.Applications.Select(app => new Measurement<long>(value(app), Application(name(app))))];

    private List<Measurement<double>> Unsettled() =>
        Volatile.Read(ref _view) is not { } view
            ? []
            :
            [
                .. view
                    .Applications.Where(app => app.OldestClosed is not null)
                    .Select(app => new Measurement<double>(Age(view.At, app.OldestClosed!.Value), Application(app.Name))),
            ];

    private static double Age(DateTimeOffset at, DateTimeOffset since) => Math.Max(0, (at - since).TotalSeconds);

    private static KeyValuePair<string, object?> State(EpochStatus status) => new("state", EnumNames.Of(status));

    private static KeyValuePair<string, object?> Application(string name) => new("application", name);

    private sealed record View(DateTimeOffset At, IReadOnlyList<EpochsInState> States, IReadOnlyList<WaitingApplication> Applications);
}
