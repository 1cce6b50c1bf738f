using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Lifecycle;

/// <summary>Section <c>Services:Lifecycle</c>, in addition to the settings that every service has there.</summary>
public sealed class LifecycleOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Lifecycle";

    /// <summary>Maximum number of epochs that one transaction of the reconciliation corrects.</summary>
    /// <value>1 to 10000 epochs; the default is 200.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "epochs")]
    public int BatchSize { get; set; } = 200;

    /// <summary>
    /// How far a sync goes back beyond the previous one: longer than the services' clocks differ plus the time between a transition's
    /// timestamp and its commit.
    /// </summary>
    /// <value>Zero to 30 days; the default is 00:10:00.</value>
    [TimeRange("00:00:00", "30.00:00:00")]
    public TimeSpan LookBack { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The metric <c>rollups.epochs.stuck</c> counts epochs that have been in one state for longer than this. An open epoch is never
    /// counted: it waits for blocks of L1.
    /// </summary>
    /// <value>A second to 365 days; the default is 01:00:00.</value>
    [TimeRange("00:00:01", "365.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromHours(1);
}
