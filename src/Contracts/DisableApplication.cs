using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Command to the EvmReader: run no more inputs of an application and make no more claims. Its L1 data is still observed, and claims that
/// are on L1 are followed to their end. Answered by <see cref="DisabledApplication"/> or <see cref="CommandRefused"/>.
/// </summary>
[EntityName("app.disable")]
public sealed record DisableApplication
{
    /// <summary>The application's name, or the address of its contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }
}
