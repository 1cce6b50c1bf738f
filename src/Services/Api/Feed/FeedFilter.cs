using System.Collections.Frozen;
using Rollups.Api.Rpc;
using Rollups.Api.Stories;
using Rollups.Domain;

namespace Rollups.Api.Feed;

/// <summary>Which events a subscriber gets.</summary>
/// <param name="Applications">Of these; null: of all.</param>
/// <param name="Kinds">These kinds; null: all.</param>
internal sealed record FeedFilter(FrozenSet<Address>? Applications, FrozenSet<string>? Kinds)
{
    public bool Takes(FeedItem item) => Applications?.Contains(item.Application) != false && Kinds?.Contains(item.Kind) != false;
}
