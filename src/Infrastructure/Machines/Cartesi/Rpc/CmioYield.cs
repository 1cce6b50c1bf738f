namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>
/// The word <c>htif.tohost</c> of a machine that has yielded: bits 63-56 are the device (2), 55-48 the command, 47-32 the reason and 31-0
/// the data, for most reasons the length of what is in the TX buffer.
/// </summary>
internal readonly record struct CmioYield(ulong Tohost)
{
    private const byte YieldDevice = 2;

    public bool IsManual => (byte)(Tohost >> 56) == YieldDevice && (byte)(Tohost >> 48) == 1;

    public CmioReason Reason => (CmioReason)(ushort)(Tohost >> 32);

    /// <summary>What the guest says; up to 2^32 - 1, whatever the size of the buffer.</summary>
    public uint Length => (uint)Tohost;
}
