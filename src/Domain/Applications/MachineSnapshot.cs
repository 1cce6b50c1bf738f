namespace Rollups.Domain;

/// <summary>
/// The stored state of an application's machine, from which a rebuild begins instead of the template. At most one per application; it
/// counts only with its folder, which may be on another host.
/// </summary>
public sealed class MachineSnapshot
{
    /// <summary>Application; the key.</summary>
    public int ApplicationId { get; set; }

    /// <summary>Number of inputs that the stored state has completed, 1 or more.</summary>
    public ulong ProcessedInputs { get; set; }

    /// <summary>Machine root of the stored state: that of its last input.</summary>
    public Hash32 MachineHash { get; set; }

    /// <summary>Folder below the snapshot folder of the Advancer, such as <c>0xab.../17</c>.</summary>
    public required string Folder { get; set; }

    /// <summary>When the state was stored.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
