using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// The versions of the server that the node can drive. The emulators before 0.21 have other calls, keep the pre-input root elsewhere, and
/// so give other machine hashes.
/// </summary>
internal static class SupportedServer
{
    private static readonly Version Known = new(0, 7);

    /// <exception cref="MachineException">The node does not know the version.</exception>
    public static async Task EnsureAsync(MachineServer server, string name, CancellationToken cancellationToken)
    {
        var version = await server.GetVersionAsync(cancellationToken);
        if (version.Major == Known.Major && version.Minor == Known.Minor)
            return;
        throw new MachineException(
            $"{name} has JSON-RPC API {version}"
                + version switch
                {
                    { Major: 0, Minor: 5 } => " (machine emulator 0.19)",
                    { Major: 0, Minor: 6 } => " (machine emulator 0.20)",
                    _ => "",
                }
                + $", but this node knows {Known} (machine emulator 0.21): install that one. A machine stored by another version must be "
                + "built and deployed anew."
        );
    }
}
