using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to a command on a registered application: nothing was changed.</summary>
[EntityName("app.command_refused")]
public sealed record CommandRefused
{
    /// <summary>What stands against it, and the remedy.</summary>
    public required string Reason { get; init; }

    /// <summary>True if no such application is registered.</summary>
    public required bool IsUnknown { get; init; }
}
