using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// Section <c>Machines:Cartesi</c>: applications that run in a Cartesi Machine. The limits of one application are its execution
/// parameters (<c>rollups app parameters</c>).
/// </summary>
public sealed class CartesiMachineOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Machines:Cartesi";

    /// <summary>
    /// Cartesi's machine server, which the node starts once per application: a path, or a name that is on PATH. Releases 0.19, 0.20 and
    /// 0.21 differ; this node needs 0.21.
    /// </summary>
    /// <value>The default is cartesi-jsonrpc-machine.</value>
    [MinLength(1)]
    public string ServerPath { get; set; } = "cartesi-jsonrpc-machine";

    /// <summary>How long a machine server may take from its start to its first answer.</summary>
    /// <value>A second to ten minutes; the default is 00:00:30.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the node verifies the whole hash tree of a snapshot when it continues from it. Without that, a flipped byte in the snapshot
    /// shows only when its results differ from those of other nodes. The verification takes seconds of CPU per 64 MiB.
    /// </summary>
    /// <value>The default is true.</value>
    public bool VerifySnapshots { get; set; } = true;

    /// <summary>
    /// Folder in which the node notes its machine servers on remote hosts, so that the next start ends those that a killed node left. A
    /// relative path begins at the working directory; replicas may share it.
    /// </summary>
    /// <value>Path; the default is machine-servers.</value>
    [Required, Setting(Form = "path")]
    public string RemoteRecordFolder { get; set; } = "machine-servers";

    /// <summary>
    /// Most inputs that the node would run again after a rejected input or a failed commit. A larger number costs fewer copies of the
    /// machine.
    /// </summary>
    /// <value>1 to 1000 inputs; the default is 32.</value>
    [Range(1, 1000), Setting(Unit = "inputs")]
    public int MaxReplayedInputs { get; set; } = 32;

    /// <summary>
    /// Machine time after which the node makes the next copy, although fewer inputs have run than <see cref="MaxReplayedInputs"/>.
    /// </summary>
    /// <value>Zero to a minute; the default is 00:00:00.2.</value>
    [TimeRange("00:00:00", "00:01:00")]
    public TimeSpan MaxReplayTime { get; set; } = TimeSpan.FromMilliseconds(200);
}
