using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Command to the EvmReader: start again an application that is disabled, or that stopped as FAILED.
/// Answered by <see cref="EnabledApplication"/> or <see cref="CommandRefused"/>.
/// </summary>
[EntityName("app.enable")]
public sealed record EnableApplication
{
    /// <summary>The application's name, or the address of its contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }
}
