using MassTransit;

namespace Rollups.Contracts;

/// <summary>An operator removed an application: nothing of it is stored any more.</summary>
[EntityName("app.removed")]
public sealed record AppRemoved : IApplicationEvent
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
