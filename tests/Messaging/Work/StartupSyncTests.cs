using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Work;

public sealed class StartupSyncTests
{
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancel => Patience.Token;

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task The_sync_at_start_is_tried_again_until_it_has_succeeded_once(Type failure)
    {
        var runner = new FailingRunner { Failures = 5, Failure = () => (Exception)Activator.CreateInstance(failure)! };
        using var sync = NewSync(runner);
        await sync.StartAsync(Cancel);
        await UntilEndedAsync(sync);
        runner.Calls.ShouldBe(6);
    }

    [Fact]
    public async Task A_stop_ends_the_attempts()
    {
        var runner = new FailingRunner { Failures = int.MaxValue, Failure = () => new InvalidOperationException("no database") };
        using var sync = NewSync(runner);
        await sync.StartAsync(Cancel);
        await runner.Called.Task.WaitAsync(Cancel);
        await sync.StopAsync(Cancel);
        sync.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private StartupSync<GatedWork> NewSync(IWorkRunner<GatedWork> runner) =>
        new(runner, "advancer", _clock, NullLogger<GatedWork>.Instance);

    private async Task UntilEndedAsync(StartupSync<GatedWork> sync)
    {
        while (!sync.ExecuteTask!.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(1, Cancel);
        }

        await sync.ExecuteTask;
    }

    private sealed class FailingRunner : IWorkRunner<GatedWork>
    {
        public int Failures { get; init; }

        public required Func<Exception> Failure { get; init; }

        public int Calls { get; private set; }

        public TaskCompletionSource Called { get; } = new();

        public Task WakeAsync(WorkKey key, WorkTrigger trigger, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task WakeAllAsync(WorkTrigger trigger, CancellationToken cancellationToken)
        {
            trigger.ShouldBe(WorkTrigger.Startup);
            Called.TrySetResult();
            return ++Calls <= Failures ? Task.FromException(Failure()) : Task.CompletedTask;
        }
    }
}
