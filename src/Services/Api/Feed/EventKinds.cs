using System.Collections.Frozen;
using System.Reflection;
using MassTransit;
using Rollups.Contracts;

namespace Rollups.Api.Feed;

/// <summary>The events of the node by their names, such as <c>epoch.closed</c>.</summary>
internal static class EventKinds
{
    /// <summary>Every kind, sorted.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(IApplicationEvent).IsAssignableFrom(type))
            .Select(NameOf)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What the services cause that send claims to L1.</summary>
    public static FrozenSet<string> Claims { get; } =
        new[] { typeof(EpochClaimSubmitted), typeof(EpochClaimAccepted), typeof(EpochClaimRejected), typeof(EpochClaimReverted) }
            .Select(NameOf)
            .ToFrozenSet();

    /// <summary>The kind of a type of event.</summary>
    public static string NameOf(Type type) => type.GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? type.Name;
}
