namespace Rollups.Contracts;

/// <summary>
/// Queues for commands and queries. The sender declares the queue too, so a message sent before its service first starts waits there;
/// a published command would be lost.
/// </summary>
public static class CommandQueues
{
    /// <summary>Queue of <see cref="Contracts.RegisterApplication"/>, consumed by the EvmReader.</summary>
    public const string RegisterApplication = "evm-reader-register-application";

    /// <summary>Queue of <see cref="Contracts.EnableApplication"/>, consumed by the EvmReader.</summary>
    public const string EnableApplication = "evm-reader-enable-application";

    /// <summary>Queue of <see cref="Contracts.DisableApplication"/>, consumed by the EvmReader.</summary>
    public const string DisableApplication = "evm-reader-disable-application";

    /// <summary>Queue of <see cref="Contracts.SetExecutionParameters"/>, consumed by the EvmReader.</summary>
    public const string SetExecutionParameters = "evm-reader-set-execution-parameters";

    /// <summary>Queue of <see cref="Contracts.RemoveApplication"/>, consumed by the EvmReader.</summary>
    public const string RemoveApplication = "evm-reader-remove-application";

    /// <summary>Queue of <see cref="Contracts.GetEpochLifecycle"/>, consumed by the Lifecycle service.</summary>
    public const string GetEpochLifecycle = "lifecycle-get-epoch-lifecycle";

    /// <summary>Queue of <see cref="Contracts.ListEpochLifecycles"/>, consumed by the Lifecycle service.</summary>
    public const string ListEpochLifecycles = "lifecycle-list-epoch-lifecycles";

    /// <summary>Queue of <see cref="Contracts.GetStuckEpochs"/>, consumed by the Lifecycle service.</summary>
    public const string GetStuckEpochs = "lifecycle-get-stuck-epochs";

    /// <summary>Address of a queue for MassTransit's send endpoints and request clients.</summary>
    public static Uri AddressOf(string queue) => new($"queue:{queue}");
}
