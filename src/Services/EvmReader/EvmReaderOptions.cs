using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.EvmReader;

/// <summary>Section <c>Services:EvmReader</c>: how L1 is read, beside what every service has there.</summary>
public sealed class EvmReaderOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:EvmReader";

    /// <summary>Most applications whose logs are asked for in one <c>eth_getLogs</c>.</summary>
    /// <value>1 to 1000 applications; the default is 100.</value>
    [Range(1, 1_000)]
    [Setting(Unit = "applications")]
    public int MaxApplicationsPerCall { get; set; } = 100;

    /// <summary>
    /// Applications are read together only where what is left to read begins at most this many blocks apart, so that one that starts from
    /// far back does not make the others read again.
    /// </summary>
    /// <value>1 to 10000000 blocks; the default is 1000.</value>
    [Range(1, 10_000_000)]
    [Setting(Unit = "blocks")]
    public int MaxBlockSpread { get; set; } = 1_000;

    /// <summary>A backlog with more inputs than about this number, of up to 64 KiB each, is read in several steps.</summary>
    /// <value>1 to 100000 inputs; the default is 1000.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "inputs")]
    public int MaxInputsPerScan { get; set; } = 1_000;

    /// <summary>Most inputs, or executed outputs, in one transaction of the database.</summary>
    /// <value>1 to 10000 inputs; the default is 500.</value>
    [Range(1, 10_000)]
    [Setting(Unit = "inputs")]
    public int MaxInputsPerTransaction { get; set; } = 500;

    /// <summary>
    /// Where nothing happens, the cursors of all applications are moved together whenever they are this many blocks behind.
    /// </summary>
    /// <value>1 to 1000000 blocks; the default is 64.</value>
    [Range(1, 1_000_000)]
    [Setting(Unit = "blocks")]
    public int IdleCursorBlocks { get; set; } = 64;

    /// <summary>
    /// Blocks before the cursor that are read again where reorganisations can reach what the tag shows, as with <c>latest</c> and
    /// <c>safe</c>.
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
