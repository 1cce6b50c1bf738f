namespace Rollups.Messaging;

/// <summary>Why an event is ignored.</summary>
public enum IgnoredEvent
{
    /// <summary>It belongs to a chain other than the node's.</summary>
    OtherChain,

    /// <summary>No such application is registered.</summary>
    UnknownApplication,

    /// <summary>The application has no such epoch.</summary>
    UnknownEpoch,

    /// <summary>The epoch's row contradicts it.</summary>
    NotConfirmed,
}
