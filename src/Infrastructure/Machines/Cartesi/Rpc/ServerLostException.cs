namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>The server is gone, or what answers is no machine server.</summary>
internal sealed class ServerLostException(string method, string message, Exception? innerException = null)
    : Exception($"{method}: {message}", innerException);
