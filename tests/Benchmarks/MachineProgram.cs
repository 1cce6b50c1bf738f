using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>A machine server and a stored machine whose guest knows the commands of the tests.</summary>
/// <param name="Name">What it is, for the report.</param>
/// <param name="Server">Path of the program.</param>
/// <param name="Template">Folder of the stored machine.</param>
/// <param name="Slow">Payload of an input that takes the guest about 20 ms.</param>
internal sealed record MachineProgram(string Name, string Server, string Template, string Slow)
{
    /// <summary>The real server of CARTESI_JSONRPC_MACHINE and CARTESI_MACHINE_TEMPLATE, or the stand-in.</summary>
    public static MachineProgram Find(string folder)
    {
        if (StandInMachine.RealServer is { } server)
            return new("cartesi-jsonrpc-machine", server, StandInMachine.RealTemplate!, "S1");
        // A fork of the real one takes 2 to 6 ms; the rest of a call is the stand-in's own time.
        return new(
            "stand-in (fork 4 ms)",
            StandInMachine.WriteServer(folder, "--fork-delay=4"),
            StandInMachine.WriteTemplate(Path.Combine(folder, "template")),
            "S5"
        );
    }
}
