using MassTransit;

namespace Rollups.Contracts;

/// <summary>A fault stopped an application. Its L1 data is still observed, but no input is run and no claim is made.</summary>
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

    /// <summary>The fault, with the values that disagree, and what the operator can do.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
