namespace Rollups.Contracts;

/// <summary>
/// Queues that commands and queries are sent to. A sender declares the queue too, so what is sent before its service was ever started waits
/// there; a published command would be gone.
/// </summary>
public static class CommandQueues
{
    /// <summary>Queue of <see cref="Contracts.RegisterApplication"/>, taken by the EvmReader.</summary>
    public const string RegisterApplication = "evm-reader-register-application";

    /// <summary>Queue of <see cref="Contracts.GetEpochLifecycle"/>, taken by the Lifecycle service.</summary>
    public const string GetEpochLifecycle = "lifecycle-get-epoch-lifecycle";

    /// <summary>Address of a queue for MassTransit's send endpoints and request clients.</summary>
    public static Uri AddressOf(string queue) => new($"queue:{queue}");
}
