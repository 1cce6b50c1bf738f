using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Heads;

/// <summary>Announces the heads, and fails with the errors, that a test sends.</summary>
internal sealed class FakeHeads : IHeadSource
{
    private readonly Channel<(Func<BlockHeader> Head, TaskCompletionSource Taken)> _sent = Channel.CreateUnbounded<(
        Func<BlockHeader>,
        TaskCompletionSource
    )>();
    private int _reads;

    /// <summary>How often somebody began to follow the head.</summary>
    public int Reads => _reads;

    /// <summary>Ends when whoever follows asks for the next head.</summary>
    public async Task SendAsync(ulong number)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sent.Writer.TryWrite((() => FakeHead.Header(number), taken));
        await taken.Task.WaitAsync(Hang.Limit, TestContext.Current.CancellationToken);
    }

    public void Fail(Exception exception) => _sent.Writer.TryWrite((() => throw exception, new TaskCompletionSource()));

    public async IAsyncEnumerable<BlockHeader> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await foreach (var (head, taken) in _sent.Reader.ReadAllAsync(cancellationToken))
        {
            yield return head();
            taken.TrySetResult();
        }
    }
}
