using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Advancer;

/// <summary>Section <c>Services:Advancer</c>, in addition to the settings that every service has there.</summary>
public sealed class AdvancerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Advancer";

    /// <summary>Maximum number of inputs of one application per turn, before other applications have theirs.</summary>
    /// <value>1 to 100000 inputs; the default is 2000.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "inputs")]
    public int InputBatchSize { get; set; } = 2000;

    /// <summary>
    /// Time after which a turn of an application ends with its current input, before other applications have theirs.
    /// </summary>
    /// <value>00:00:00.01 to an hour; the default is 00:00:01.</value>
    [TimeRange("00:00:00.01", "01:00:00")]
    public TimeSpan TurnTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Maximum number of inputs whose results are stored in one transaction. A batch is what the machine runs while the transaction before
    /// it is under way; a result that comes alone is stored at once.
    /// </summary>
    /// <value>1 to 10000 inputs; the default is 256.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "inputs")]
    public int StoreBatchSize { get; set; } = 256;

    /// <summary>Outputs and reports after which a batch of results is full.</summary>
    /// <value>1 to 1024 MB; the default is 16.</value>
    [Range(1, 1024)]
    [Setting(Unit = "MB")]
    public int StoreBatchMegabytes { get; set; } = 16;

    /// <summary>
    /// Number of machines kept in memory. Above it, the node puts the machine that has been idle longest to sleep: it stores the machine's
    /// state, if its kind can be stored, closes it, and restores or rebuilds it when needed.
    /// </summary>
    /// <value>1 to 10000 machines; the default is 64.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "machines")]
    public int ResidentMachines { get; set; } = 64;

    /// <summary>
    /// Folder for the stored states of machines, at most one per application; a relative path begins at the working directory. Replicas
    /// that share it need not replay what another one has run.
    /// </summary>
    /// <value>Path; the default is snapshots.</value>
    [Required]
    [Setting(Form = "path")]
    public string SnapshotFolder { get; set; } = "snapshots";
}
