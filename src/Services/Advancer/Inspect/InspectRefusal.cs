namespace Rollups.Advancer.Inspect;

/// <summary>A query has no result: its answer has the status and the text.</summary>
internal sealed class InspectRefusal(int status, string message, bool retry = false) : Exception(message)
{
    public int Status => status;

    /// <summary>Whether the process as a whole is busy, so that a retry soon makes sense.</summary>
    public bool Retry => retry;
}
