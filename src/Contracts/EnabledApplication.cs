using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="EnableApplication"/>: the application is enabled.</summary>
[EntityName("app.enable_done")]
public sealed record EnabledApplication
{
    /// <summary>The operator's name of the application.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>True if it was enabled before, so that nothing changed.</summary>
    public required bool AlreadyEnabled { get; init; }

    /// <summary>The reason of the stop that the command cleared; null if there was none.</summary>
    public string? ClearedReason { get; init; }
}
