namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>
/// The server answered with an error. Its codes do not distinguish kinds of errors (load and base64 failures mix -32602 and -32603), so the
/// node never branches on the code.
/// </summary>
internal sealed class ServerRefusedException(string method, string message) : Exception($"{method}: {message}");

/// <summary>The server is gone, or what answers is no machine server.</summary>
internal sealed class ServerLostException(string method, string message, Exception? innerException = null)
    : Exception($"{method}: {message}", innerException);

/// <summary>The server did not answer within the deadline of the call, and may still work on it.</summary>
internal sealed class ServerSilentException(string method, TimeSpan deadline) : Exception
{
    /// <summary>The call.</summary>
    public string Method => method;

    /// <summary>How long the node waited.</summary>
    public TimeSpan Deadline => deadline;
}
