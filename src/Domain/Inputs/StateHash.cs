namespace Rollups.Domain;

/// <summary>
/// A run of equal machine states within an input's slot of 2^24 strides (PRT). The runs of an input, in order of <see cref="Position"/>,
/// sum to 2^24. Key: (application, input index, position).
/// </summary>
public sealed class StateHash
{
    /// <summary>Application of the input.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Epoch of the input.</summary>
    public ulong EpochIndex { get; set; }

    /// <summary>Input during which the states were seen.</summary>
    public ulong InputIndex { get; set; }

    /// <summary>Position of the run in its input, from 0 without gaps.</summary>
    public ulong Position { get; set; }

    /// <summary>Machine root after each stride of the run.</summary>
    public Hash32 MachineHash { get; set; }

    /// <summary>Strides with that root, from 1 to 2^24.</summary>
    public ulong Repetitions { get; set; }
}
