using System.Reflection;
using System.Threading.Channels;
using Rollups.Ethereum.Tests.JsonRpc;

namespace Rollups.Ethereum.Tests.Heads;

/// <summary>A client that knows one head, and says when it was asked for it.</summary>
internal class FakeHead : DispatchProxy
{
    private readonly Channel<BlockTag> _asked = Channel.CreateUnbounded<BlockTag>();
    private volatile Func<BlockHeader?> _head = () => Header(1);

    public static (IEthereumClient Client, FakeHead Head) Create()
    {
        var client = Create<IEthereumClient, FakeHead>();
        return (client, (FakeHead)(object)client);
    }

    public static BlockHeader Header(ulong number) => new(number, Samples.Hash(number), Samples.Hash(number - 1), number, null);

    public void Is(ulong number) => _head = () => Header(number);

    public void Is(Func<BlockHeader?> head) => _head = head;

    /// <summary>Waits until the head is asked for once more.</summary>
    public async Task<BlockTag> AskedAsync() => await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        targetMethod!.Name.ShouldBe(nameof(IEthereumClient.GetBlockAsync));
        try
        {
            return Task.FromResult(_head());
        }
        catch (EthereumRpcException exception)
        {
            return Task.FromException<BlockHeader?>(exception);
        }
        finally
        {
            _asked.Writer.TryWrite((BlockTag)args![0]!);
        }
    }
}
