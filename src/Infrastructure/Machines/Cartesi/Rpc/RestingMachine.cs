using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>A machine that does not run.</summary>
/// <param name="Yield">Its last yield.</param>
/// <param name="IsWaiting">Whether it waits at a manual yield.</param>
/// <param name="Mcycle">Its cycle counter.</param>
/// <param name="Root">Its root hash; zero if it was not asked for.</param>
/// <param name="Data">What is in the TX buffer; null if it cannot be read.</param>
internal sealed record RestingMachine(CmioYield Yield, bool IsWaiting, ulong Mcycle, Hash32 Root, byte[]? Data)
{
    /// <summary>Whether it waits for a request, with its outputs root declared.</summary>
    public bool IsReady => IsWaiting && Yield is { IsManual: true, Reason: CmioReason.Accepted } && Data is { Length: Hash32.Size };

    /// <summary>What the node remembers of it.</summary>
    public MachineState State => new(Root, new Hash32(Data), Mcycle);
}
