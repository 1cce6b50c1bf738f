namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>What the guest emitted at an automatic yield.</summary>
/// <param name="Reason">Output, report, or progress.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Mcycle">The cycle of the yield.</param>
internal readonly record struct Emission(CmioReason Reason, byte[] Data, ulong Mcycle);
