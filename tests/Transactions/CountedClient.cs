using System.Reflection;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests;

/// <summary>The chain; counts what is asked of it.</summary>
internal class CountedClient : DispatchProxy
{
    private FakeChain _chain = null!;

    /// <summary>Number of requests so far, whatever they are.</summary>
    public int Requests { get; set; }

    public static (IEthereumClient Client, CountedClient Count) Of(FakeChain chain)
    {
        var client = Create<IEthereumClient, CountedClient>();
        var count = (CountedClient)(object)client;
        count._chain = chain;
        return (client, count);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Requests++;
        return targetMethod!.Invoke(_chain, args);
    }
}
