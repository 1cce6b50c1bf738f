using Rollups.Domain;
using Rollups.Machines.Host;

namespace Rollups.Cli.Devnet;

/// <summary>Shows the backend's lines between the epochs.</summary>
internal sealed class BoardBackendOutput(EpochBoard board) : IBackendOutput
{
    public void Write(Address application, string line) => board.Print($"app | {line}");
}
