using System.Diagnostics.Metrics;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.EvmReader.Metrics;

/// <summary>
/// Number of applications by state, and the reading lag behind the newest block. Without data no series is published.
/// </summary>
internal sealed class ApplicationMetrics
{
    private readonly ReaderMetrics _reader;
    private IReadOnlyDictionary<ApplicationState, long>? _states;
    private IReadOnlyList<LaggingApplication> _lagging = [];
    private long _lag = -1;

    public ApplicationMetrics(ReaderMetrics reader)
    {
        _reader = reader;
        Telemetry.Meter.CreateObservableGauge(
            "rollups.applications",
            States,
            "{application}",
            "Applications by state; inoperable ones were stopped by a fault"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.evm_reader.lag",
            Lag,
            "{block}",
            "Blocks that the enabled application that lags most is behind the newest block read"
        );
        Telemetry.Meter.CreateObservableGauge(
            "rollups.application.lag",
            Lags,
            "{block}",
            "Blocks that an enabled application is behind the newest block read; only the few that lag most"
        );
    }

    /// <param name="states">Number of applications in each state.</param>
    /// <param name="lag">Blocks that the enabled application that lags most is behind; null if there is none.</param>
    /// <param name="lagging">The applications that lag most.</param>
    public void Show(IReadOnlyDictionary<ApplicationState, long> states, long? lag, IReadOnlyList<LaggingApplication> lagging)
    {
        Volatile.Write(ref _lagging, lagging);
        Volatile.Write(ref _states, states);
        Volatile.Write(ref _lag, lag ?? -1);
    }

    public void Forget()
    {
        Volatile.Write(ref _lagging, []);
        Volatile.Write(ref _states, null);
        Volatile.Write(ref _lag, -1);
    }

    private IEnumerable<Measurement<long>> States() =>
        Volatile.Read(ref _states) is not { } states
            ? []
            : Enum.GetValues<ApplicationState>()
                .Select(state => new Measurement<long>(
                    states.GetValueOrDefault(state),
                    new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())
                ));

    // A standby replica does not know the newest block.
    private IEnumerable<Measurement<long>> Lag() =>
        _reader.Newest > 0 && Volatile.Read(ref _lag) is var lag and >= 0 ? [new Measurement<long>(lag)] : [];

    private IEnumerable<Measurement<long>> Lags() =>
        _reader.Newest == 0
            ? []
            : Volatile
                .Read(ref _lagging)
                .Select(app => new Measurement<long>(app.Blocks, new KeyValuePair<string, object?>("application", app.Name)));
}
