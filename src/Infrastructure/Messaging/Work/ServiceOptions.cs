using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>Section <c>Services:NAME</c>: how a service finds its work.</summary>
public sealed class ServiceOptions
{
    /// <summary>Whether the service consumes events. Without them it works by its fallback sync alone.</summary>
    /// <value>The default is true.</value>
    public bool Events { get; set; } = true;

    /// <summary>Interval of the fallback sync.</summary>
    /// <value>00:00:00.1 to a day; the default is 00:00:30.</value>
    [TimeRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Number of applications that the service works on concurrently.</summary>
    /// <value>1 to 256 applications; the default is 4.</value>
    [Range(1, 256)]
    [Setting(Unit = "applications")]
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// A message is acknowledged once its run has taken this long, because the database and the fallback sync have the rest of the work.
    /// The Advancer, whose inputs may take minutes, acknowledges after a second at the latest.
    /// </summary>
    /// <value>Above zero, up to ten minutes; the default is 00:00:05.</value>
    [TimeRange("00:00:00", "00:10:00", MinimumIsExclusive = true)]
    public TimeSpan AckAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The section of a service such as <c>evm-reader</c>: <c>Services:</c> and its name in Pascal case.</summary>
    public static string SectionOf(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return "Services:" + string.Concat(service.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }
}
