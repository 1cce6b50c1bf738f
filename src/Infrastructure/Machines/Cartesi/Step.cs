using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>An accepted input.</summary>
/// <param name="Input">Its bytes.</param>
/// <param name="Before">The machine before it.</param>
/// <param name="After">The machine after it.</param>
internal readonly record struct Step(ReadOnlyMemory<byte> Input, MachineState Before, MachineState After);
