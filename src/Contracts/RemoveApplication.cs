using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Command to the EvmReader: remove an application and everything that the node has stored of it. What L1 has stays. The removal goes on
/// in the background; each further command reports how far it is. Answered by <see cref="ApplicationRemoval"/> or
/// <see cref="CommandRefused"/>.
/// </summary>
[EntityName("app.remove")]
public sealed record RemoveApplication
{
    /// <summary>The application's name, or the address of its contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>
    /// Remove it although a claim is on its way. The node then only waits for its own transactions: it does not see what L1 decides, and
    /// plays no tournament to its end, so that a bond can be lost.
    /// </summary>
    public bool Force { get; init; }
}
