using System.Runtime.CompilerServices;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>The end of a test's waiting for what never comes.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly ConditionalWeakTable<object, CancellationTokenSource> Limits = [];

    /// <summary>Cancelled with the test, and when it has waited for three minutes.</summary>
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
        limit.CancelAfter(Limit);
        return limit;
    }
}
