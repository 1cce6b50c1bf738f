using MassTransit;

namespace Rollups.Contracts;

/// <summary>An application was stopped by a fault. Its L1 facts are still observed; nothing is run or claimed for it.</summary>
[EntityName("app.inoperable")]
public sealed record AppInoperable : IApplicationEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <summary>Category of the fault, such as DIVERGED or GUEST_EXCEPTION.</summary>
    public required string ReasonKind { get; init; }

    /// <summary>What happened, with the values that disagree, and what the operator can do.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
