namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>The server did not answer within the deadline of the call, and may still work on it.</summary>
internal sealed class ServerSilentException(string method, TimeSpan deadline) : Exception
{
    /// <summary>The call.</summary>
    public string Method => method;

    /// <summary>How long the node waited.</summary>
    public TimeSpan Deadline => deadline;
}
