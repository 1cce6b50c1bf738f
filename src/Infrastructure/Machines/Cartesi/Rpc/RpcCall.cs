using System.Text.Json;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>One JSON-RPC request to a machine server.</summary>
/// <param name="Method">Name of the method, such as <c>machine.run</c>.</param>
/// <param name="WriteParameters">Writes the named parameters; null if there are none.</param>
internal readonly record struct RpcCall(string Method, Action<Utf8JsonWriter>? WriteParameters = null);
