using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="DisableApplication"/>: the node runs no input of the application and makes no claim.</summary>
[EntityName("app.disable_done")]
public sealed record DisabledApplication
{
    /// <summary>The operator's name of the application.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>DISABLED, or INOPERABLE if a fault had stopped the application before: then the fault stays stored.</summary>
    public required string State { get; init; }

    /// <summary>True if it was stopped before, so that nothing changed.</summary>
    public required bool AlreadyStopped { get; init; }

    /// <summary>Number of epochs whose claim is on its way; the node follows them to their end.</summary>
    public required int ClaimsOnTheirWay { get; init; }
}
