using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>A server whose copies answer queries on an adopted state.</summary>
/// <param name="Server">The server.</param>
/// <param name="At">Accepted inputs of that state.</param>
/// <param name="Steps">The inputs that it must run first; with any, it is the caller's.</param>
/// <param name="State">The adopted state.</param>
internal sealed record QueryBase(MachineServer Server, long At, IReadOnlyList<Step> Steps, MachineState State);
