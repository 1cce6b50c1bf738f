using MassTransit;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>What a unit of work writes to.</summary>
public interface IWorkScope
{
    /// <summary>Context with an open transaction; saved and committed by the unit.</summary>
    RollupsDbContext Db { get; }

    /// <summary>Publishes into the outbox of this transaction.</summary>
    IPublishEndpoint Publish { get; }

    /// <summary>The scope's services.</summary>
    IServiceProvider Services { get; }
}
