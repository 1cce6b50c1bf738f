using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Advancer;

/// <summary>Section <c>Services:Advancer</c>, beside what every service has there.</summary>
public sealed class AdvancerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Advancer";

    /// <summary>Most inputs of one application in one turn, before the others have theirs.</summary>
    /// <value>1 to 100000 inputs; the default is 500.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "inputs")]
    public int InputBatchSize { get; set; } = 500;

    /// <summary>
    /// Machines that are kept in memory. Above that, the one that has been idle for longest is closed, and rebuilt when it is needed.
    /// </summary>
    /// <value>1 to 10000 machines; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "machines")]
    public int ResidentMachines { get; set; } = 64;
}
