using System.ComponentModel.DataAnnotations;
using System.Net;
using Rollups.Settings;

namespace Rollups.Advancer.Inspect;

/// <summary>
/// Section <c>Inspect</c>: the listener that answers <c>POST /inspect/APPLICATION</c>, in processes that run the Advancer.
/// </summary>
public sealed class InspectOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Inspect";

    /// <summary>Whether the process listens at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Address to listen at; port 0 chooses a free one. The default is reachable only from this machine, <c>0.0.0.0:10012</c> also from
    /// others.
    /// </summary>
    /// <value>IP address and port; the default is 127.0.0.1:10012.</value>
    [Setting(Form = "IP address and port")]
    public string Address { get; set; } = "127.0.0.1:10012";

    /// <summary>Queries that the process answers at once; it refuses more with 503.</summary>
    /// <value>1 to 10000 queries; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "queries")]
    public int MaxConcurrent { get; set; } = 64;

    /// <summary>
    /// Queries to one application that are answered or wait at once; the process refuses more with 503. An application's execution
    /// parameters may set a smaller number.
    /// </summary>
    /// <value>1 to 10000 queries; the default is 10.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "queries")]
    public int MaxConcurrentPerApplication { get; set; } = 10;

    /// <summary>How long a query may take, the wait for its turn and for its machine included.</summary>
    /// <value>Above zero, up to an hour; the default is 00:03:30.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(210);

    internal IPEndPoint EndPoint => IPEndPoint.Parse(Address);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // IPEndPoint.TryParse reads a bare address as port 0, which is hardly ever meant.
        if (!IPEndPoint.TryParse(Address, out var endPoint) || (endPoint.Port == 0 && !Address.EndsWith(":0", StringComparison.Ordinal)))
            yield return new ValidationResult(
                $"Inspect:Address is '{Address}': give an IP address and a port, such as 127.0.0.1:10012 or 0.0.0.0:10012."
            );
    }
}
