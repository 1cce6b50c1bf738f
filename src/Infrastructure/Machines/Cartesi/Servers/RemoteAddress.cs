namespace Rollups.Machines.Cartesi.Servers;

/// <summary>Where a server on a remote host listens.</summary>
/// <param name="Host">Name or IP address.</param>
/// <param name="Port">TCP port.</param>
internal readonly record struct RemoteAddress(string Host, int Port);
