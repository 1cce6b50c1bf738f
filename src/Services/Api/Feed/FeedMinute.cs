using Rollups.Domain;

namespace Rollups.Api.Feed;

/// <summary>Events of the last minute.</summary>
/// <param name="Kinds">By kind; kinds without an event are missing.</param>
/// <param name="Claims">What happened to claims, by application.</param>
/// <param name="IsWhole">Whether all are counted. Otherwise the figures are lower bounds.</param>
internal sealed record FeedMinute(IReadOnlyDictionary<string, int> Kinds, IReadOnlyDictionary<Address, int> Claims, bool IsWhole)
{
    /// <summary>Nothing is known.</summary>
    public static FeedMinute Unknown { get; } = new(new Dictionary<string, int>(), new Dictionary<Address, int>(), IsWhole: false);

    /// <summary>Events of these kinds.</summary>
    public int Of(IEnumerable<string> kinds) => kinds.Sum(kind => Kinds.GetValueOrDefault(kind));
}
