using MassTransit;

namespace Rollups.Contracts;

/// <summary>An operator enabled an application: its inputs are run and its claims made again.</summary>
[EntityName("app.enabled")]
public sealed record AppEnabled : IApplicationEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
