using Xunit.Sdk;
using Xunit.v3;

namespace Rollups.Reliability.Tests;

/// <summary>Starts the long ones first, so that no long one runs alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // From the longest on; what is not named comes after them.
    private static readonly string[] Order =
    [
        Crashes.CrashTests.Name,
        Cluster.SharedTrial.Sharing.Name,
        nameof(Outages.ReplicaTests),
        nameof(Outages.EndpointOutageTests),
        nameof(Outages.RandomKillTests),
        nameof(ReorganisationTests),
        nameof(BurstTests),
    ];

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderBy(collection =>
                Array.FindIndex(Order, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal))
                    is >= 0
                        and var place
                    ? place
                    : Order.Length
            ),
        ];
}
