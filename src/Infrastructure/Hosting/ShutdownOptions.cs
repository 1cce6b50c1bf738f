using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Section <c>Shutdown</c>: the orderly end of a process.</summary>
public sealed class ShutdownOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Shutdown";

    /// <summary>
    /// Time from SIGTERM or Ctrl-C within which the process ends. Whatever has not stopped by then is abandoned, and the exit code is 1;
    /// nothing is lost, because the next start repeats unfinished work. Let the supervisor wait longer than this before it kills the
    /// process.
    /// </summary>
    /// <value>Five seconds to ten minutes; the default is 00:00:10.</value>
    [TimeRange("00:00:05", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>When the process ends itself, if it still runs.</summary>
    public TimeSpan LastMoment => 0.95 * Timeout;

    /// <summary>The sentence for the operator when the time is over.</summary>
    public string Overrun =>
        $"A service did not stop within {Timeout} and was abandoned; the next start repeats its unfinished work. If this recurs, give it "
        + $"longer with {Section}:{nameof(Timeout)}.";

    /// <summary>Time for all services together.</summary>
    internal TimeSpan OfServices => 0.8 * Timeout;

    /// <summary>Time for the bus, which stops before the other services.</summary>
    internal TimeSpan OfBus => 0.6 * Timeout;

    /// <summary>Time for the messages that consumers have in hand.</summary>
    internal TimeSpan OfConsumers => 0.4 * Timeout;
}
