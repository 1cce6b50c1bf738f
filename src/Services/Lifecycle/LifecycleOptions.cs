using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Lifecycle;

/// <summary>Section <c>Services:Lifecycle</c>, beside what every service has there.</summary>
public sealed class LifecycleOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Lifecycle";

    /// <summary>Most epochs that one transaction of the reconciliation brings right.</summary>
    /// <value>1 to 10000 epochs; the default is 200.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "epochs")]
    public int BatchSize { get; set; } = 200;

    /// <summary>
    /// How far a sync goes back beyond the one before it: longer than the services' clocks differ and a transaction lasts between taking
    /// the time of a move and its commit.
    /// </summary>
    /// <value>Zero to 30 days; the default is 00:10:00.</value>
    [TimeRange("00:00:00", "30.00:00:00")]
    public TimeSpan LookBack { get; set; } = TimeSpan.FromMinutes(10);
}
