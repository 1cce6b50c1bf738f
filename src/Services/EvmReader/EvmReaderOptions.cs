using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.EvmReader;

/// <summary>Section <c>Services:EvmReader</c>: how L1 is read, beside what every service has there.</summary>
public sealed class EvmReaderOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:EvmReader";

    /// <summary>Maximum number of applications per <c>eth_getLogs</c>.</summary>
    /// <value>1 to 1000 applications; the default is 100.</value>
    [Range(1, 1_000)]
    [Setting(Unit = "applications")]
    public int MaxApplicationsPerCall { get; set; } = 100;

    /// <summary>
    /// Maximum distance between the cursors of applications that share one <c>eth_getLogs</c>. An application further behind is read by
    /// itself, so that the others do not read old blocks again.
    /// </summary>
    /// <value>1 to 10000000 blocks; the default is 1000.</value>
    [Range(1, 10_000_000)]
    [Setting(Unit = "blocks")]
    public int MaxBlockSpread { get; set; } = 1_000;

    /// <summary>Approximate number of inputs, of up to 64 KiB each, that one step reads. A larger backlog takes several steps.</summary>
    /// <value>1 to 100000 inputs; the default is 1000.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "inputs")]
    public int MaxInputsPerScan { get; set; } = 1_000;

    /// <summary>Maximum number of inputs, or of executed outputs, per database transaction.</summary>
    /// <value>1 to 10000 inputs; the default is 500.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "inputs")]
    public int MaxInputsPerTransaction { get; set; } = 500;

    /// <summary>
    /// Cursors of idle applications move together, in one statement, once they are this many blocks behind.
    /// </summary>
    /// <value>1 to 1000000 blocks; the default is 64.</value>
    [Range(1, 1_000_000)]
    [Setting(Unit = "blocks")]
    public int IdleCursorBlocks { get; set; } = 64;

    /// <summary>
    /// Number of blocks before the cursor that the node reads again under <c>latest</c> and <c>safe</c>, because a reorganisation may have
    /// replaced them.
    /// </summary>
    /// <value>0 to 10000 blocks; the default is 32.</value>
    [Range(0, 10_000)]
    [Setting(Unit = "blocks")]
    public int ReorganisationBlocks { get; set; } = 32;

    /// <summary>
    /// Applications of which L1 has not given a fact or a log for longer than this degrade the check <c>l1-reading</c>; all of them make
    /// it unhealthy, and the process unready.
    /// </summary>
    /// <value>Zero to a day; 0: never; the default is 00:05:00.</value>
    [TimeRange("00:00:00", "1.00:00:00")]
    [Setting(Zero = "never")]
    public TimeSpan BlindAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A head that has not moved for longer than this makes <c>l1-reading</c> unhealthy. The default is about three epochs of mainnet,
    /// whose finalized block moves once in an epoch; a chain that mines on demand needs 0.
    /// </summary>
    /// <value>Zero to a day; 0: never; the default is 00:20:00.</value>
    [TimeRange("00:00:00", "1.00:00:00")]
    [Setting(Zero = "never")]
    public TimeSpan HeadStillAfter { get; set; } = TimeSpan.FromMinutes(20);
}
