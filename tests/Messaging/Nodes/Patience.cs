using System.Runtime.CompilerServices;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>The end of a test's waiting for what never comes.</summary>
internal static class Patience
{
    private static readonly ConditionalWeakTable<object, CancellationTokenSource> Limits = [];

    /// <summary>Cancelled with the test, and when it has waited for <see cref="Hang.Limit"/>.</summary>
    public static CancellationToken Token
    {
        get
        {
            var context = TestContext.Current;
            return context.Test is null
                ? context.CancellationToken
                : Limits.GetValue(context.Test, _ => NewLimit(context.CancellationToken)).Token;
        }
    }

    private static CancellationTokenSource NewLimit(CancellationToken test)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(test);
        limit.CancelAfter(Hang.Limit);
        return limit;
    }
}
