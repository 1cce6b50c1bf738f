using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Rollups.Testing;

/// <summary>Runs a theory on SQLite and on PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBothDatabasesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Sqlite),
            new TheoryDataRow<DatabaseKind>(DatabaseKind.Postgresql)
            {
                Traits = { [NeedsServersAttribute.Trait] = [NeedsServersAttribute.Value] },
            },
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
