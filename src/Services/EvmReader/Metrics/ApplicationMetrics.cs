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
    private long _readTo = -1;

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
    /// <param name="readTo">Block up to which every enabled application was read; null if there is none.</param>
    /// <param name="lagging">The applications that lag most.</param>
    public void Show(IReadOnlyDictionary<ApplicationState, long> states, ulong? readTo, IReadOnlyList<LaggingApplication> lagging)
    {
        Volatile.Write(ref _lagging, lagging);
        Volatile.Write(ref _states, states);
        Volatile.Write(ref _readTo, (long?)readTo ?? -1);
    }

    public void Forget()
    {
        Volatile.Write(ref _lagging, []);
        Volatile.Write(ref _states, null);
        Volatile.Write(ref _readTo, -1);
    }

    private IEnumerable<Measurement<long>> States() =>
        Volatile.Read(ref _states) is not { } states
            ? []
            : Enum.GetValues<ApplicationState>()
                .Select(state => new Measurement<long>(
                    states.GetValueOrDefault(state),
                    new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())
                ));

    private IEnumerable<Measurement<long>> Lag()
    {
        // A standby replica does not know the newest block.
        var (head, readTo) = (_reader.Newest, Volatile.Read(ref _readTo));
        return head == 0 || readTo < 0 ? [] : [new Measurement<long>(Math.Max(0, head - readTo))];
    }

    private IEnumerable<Measurement<long>> Lags()
    {
        var head = _reader.Newest;
        return head == 0
            ? []
            : Volatile
                .Read(ref _lagging)
                .Select(app => new Measurement<long>(
                    Math.Max(0, head - (long)app.ReadTo),
                    new KeyValuePair<string, object?>("application", app.Name)
                ));
    }
}

/// <summary>An enabled application that is behind.</summary>
/// <param name="Name">Its name on this node.</param>
/// <param name="ReadTo">Block up to which it was read.</param>
internal sealed record LaggingApplication(string Name, ulong ReadTo);
