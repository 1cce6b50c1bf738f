using System.Threading.Channels;
using Rollups.Domain;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Work;

/// <summary>Work whose runs begin and end when the test says so.</summary>
internal sealed class GatedWork : IPendingWork
{
    private readonly Channel<Begun> _begun = Channel.CreateUnbounded<Begun>();
    private int _running;

    /// <summary>What the next look into the database finds.</summary>
    public Func<IReadOnlyCollection<WorkKey>> Due { get; set; } = () => [];

    /// <summary>Most runs that were going on at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Whether a long run gives its place to another.</summary>
    public bool MayTakeLong { get; set; }

    /// <summary>Called at the begin of every run.</summary>
    public Action<WorkKey> OnRun { get; set; } = _ => { };

    public static WorkKey Key(int number) => new(Address.Parse($"0x{number:x40}"));

    public Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken) => Task.FromResult(Due());

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        OnRun(key);
        var run = new Begun(key);
        _begun.Writer.TryWrite(run);
        try
        {
            return await run.Result.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>The next run that begins.</summary>
    public ValueTask<Begun> NextAsync() => _begun.Reader.ReadAsync(Patience.Token);

    /// <summary>True when a run has begun that the test has not seen.</summary>
    public bool HasBegunAnother => _begun.Reader.TryPeek(out _);

    internal sealed class Begun(WorkKey key)
    {
        public WorkKey Key => key;

        public TaskCompletionSource<WorkResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Succeed(bool moreDue = false) => Result.SetResult(new WorkResult(1, moreDue));

        public void Fail(string error) => Result.SetException(new InvalidOperationException(error));
    }
}
