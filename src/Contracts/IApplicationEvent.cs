using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Common to all events: the application, its chain and the time. An event is a hint to read the database, never the state itself.
/// </summary>
[ExcludeFromTopology]
public interface IApplicationEvent
{
    /// <summary>EIP-155 chain id of the L1.</summary>
    ulong ChainId { get; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    string Application { get; }

    /// <summary>The operator's name of the application; for display, never for look-ups.</summary>
    string ApplicationName { get; }

    /// <summary>When the change was made, by the clock of the service that made it.</summary>
    DateTimeOffset OccurredAt { get; }
}
