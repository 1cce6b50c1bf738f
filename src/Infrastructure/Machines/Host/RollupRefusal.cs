namespace Rollups.Machines.Host;

/// <summary>A request of the backend is refused: its answer has the status and the text, and nothing else changes.</summary>
internal sealed class RollupRefusal(int status, string message) : Exception(message)
{
    public int Status => status;
}
