using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Advancer;

/// <summary>Section <c>Services:Advancer</c>, in addition to the settings that every service has there.</summary>
public sealed class AdvancerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Advancer";

    /// <summary>Maximum number of inputs of one application per turn, before other applications have theirs.</summary>
    /// <value>1 to 100000 inputs; the default is 500.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "inputs")]
    public int InputBatchSize { get; set; } = 500;

    /// <summary>
    /// Number of machines kept in memory. Above it, the node closes the machine that has been idle longest, and rebuilds it when needed.
    /// </summary>
    /// <value>1 to 10000 machines; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "machines")]
    public int ResidentMachines { get; set; } = 64;
}
