using Rollups.Settings;

namespace Rollups.Machines.Host;

/// <summary>Section <c>Machines:Host</c>: applications whose backend runs outside the node, for development.</summary>
public sealed class HostMachineOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Machines:Host";

    /// <summary>
    /// Command that the node runs with <c>sh</c> for each application in host mode, with <c>ROLLUP_HTTP_SERVER_URL</c> set. The node
    /// starts it again when it ends, and ends it with itself. Without it, start the backend yourself.
    /// </summary>
    /// <value>The default is none.</value>
    public string? Command { get; set; }

    /// <summary>How long an input waits for the first request of a backend that the node has started.</summary>
    /// <value>A second to an hour; the default is 00:01:00.</value>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a backend may work on one input. After that the application stops.</summary>
    /// <value>A second to a day; the default is 00:03:00.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan AdvanceTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a backend may work on one inspect query. After that the query fails.</summary>
    /// <value>A second to an hour; the default is 00:03:00.</value>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan InspectTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long <c>/finish</c> waits for a request before it answers 202. Keep it below the client's own time-out.</summary>
    /// <value>00:00:00.1 to an hour; the default is 00:00:05.</value>
    [TimeRange("00:00:00.1", "01:00:00")]
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether an exception or a request for generic I/O only rejects the input. If false, it ends the application, as in production.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ContinueAfterException { get; set; }

    /// <summary>
    /// Whether host mode works on any chain. If false, the node refuses it except on the chains known for development and tests, because
    /// nobody can verify its machine hashes.
    /// </summary>
    /// <value>The default is false.</value>
    public bool AllowAnyChain { get; set; }
}
