using MassTransit;

namespace Rollups.Contracts;

/// <summary>The EvmReader stored a batch of inputs of the application: one message per stored batch, not per input.</summary>
[EntityName("input.received")]
public sealed record InputReceived : IApplicationEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <summary>Index of the first input of the batch, inclusive.</summary>
    public required ulong FirstInputIndex { get; init; }

    /// <summary>Index of the last input of the batch, inclusive.</summary>
    public required ulong LastInputIndex { get; init; }

    /// <summary>L1 block of the last input of the batch.</summary>
    public required ulong LastBlock { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
