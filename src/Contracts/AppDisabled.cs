using MassTransit;

namespace Rollups.Contracts;

/// <summary>An operator disabled an application: no input is run and no claim is made. Its L1 data is still observed.</summary>
[EntityName("app.disabled")]
public sealed record AppDisabled : IApplicationEvent
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
