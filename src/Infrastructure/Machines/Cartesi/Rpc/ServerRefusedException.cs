namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>
/// The server answered with an error. Its codes do not distinguish kinds of errors (load and base64 failures mix -32602 and -32603), so the
/// node never branches on the code.
/// </summary>
internal sealed class ServerRefusedException(string method, string message) : Exception($"{method}: {message}");
