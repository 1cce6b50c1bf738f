using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Heads;

/// <summary>Records the heads that it is called with, and then does what a test wants.</summary>
internal class FakeListener : IHeadListener
{
    private readonly Channel<ulong> _calls = Channel.CreateUnbounded<ulong>();

    public Func<ulong, CancellationToken, Task> Work { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Level of a failure.</summary>
    public Func<Exception, LogLevel> Level { get; set; } = _ => LogLevel.Warning;

    public string Purpose => "check claims";

    public LogLevel LevelOf(Exception failure) => Level(failure);

    /// <summary>The head of the next call, in order.</summary>
    public async Task<ulong> CallAsync() =>
        await _calls
            .Reader.ReadAsync(TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(Hang.Limit, TestContext.Current.CancellationToken);

    public Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        _calls.Writer.TryWrite(head.Number);
        return Work(head.Number, cancellationToken);
    }
}
