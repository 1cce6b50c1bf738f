using System.Reflection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>The chain; once, something happens while a contract answers a call of its own.</summary>
internal class InterruptedClient : DispatchProxy
{
    private FakeChain _chain = null!;
    private Address _contract;
    private Func<Task>? _interrupt;

    /// <param name="chain">The chain.</param>
    /// <param name="contract">The contract that is called.</param>
    /// <param name="interrupt">What happens before its answer arrives, and after everything that was read earlier.</param>
    public static IEthereumClient Of(FakeChain chain, Address contract, Func<Task> interrupt)
    {
        var client = Create<IEthereumClient, InterruptedClient>();
        var proxy = (InterruptedClient)(object)client;
        (proxy._chain, proxy._contract, proxy._interrupt) = (chain, contract, interrupt);
        return client;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_chain, args);
        return answer is Task<byte[]> data && args![0] is CallRequest call && call.To == _contract ? AfterAsync(data) : answer;
    }

    private async Task<byte[]> AfterAsync(Task<byte[]> answer)
    {
        if (Interlocked.Exchange(ref _interrupt, null) is { } interrupt)
            await interrupt();
        return await answer;
    }
}
