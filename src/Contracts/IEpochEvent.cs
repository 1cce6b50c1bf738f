using MassTransit;

namespace Rollups.Contracts;

/// <summary>An event about one epoch of one application.</summary>
[ExcludeFromTopology]
public interface IEpochEvent : IApplicationEvent
{
    /// <summary>Index of the epoch. Authority and Quorum: block number divided by the epoch length, so it has gaps.</summary>
    ulong EpochIndex { get; }
}
