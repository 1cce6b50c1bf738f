using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Heads;

public sealed class FollowHeadTests : IDisposable
{
    private readonly FakeHeads _heads = new();
    private readonly HeadLog _log = new();
    private readonly Clock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_read_of_the_head_serves_every_listener()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>().AddHeadListener<Other>());
        await host.StartAsync(Cancel);

        await _heads.SendAsync(1);

        (await Listener<FakeListener>(host).CallAsync()).ShouldBe(1UL);
        (await Listener<Other>(host).CallAsync()).ShouldBe(1UL);
        _heads.Reads.ShouldBe(1);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Without_a_listener_nothing_reads_the_head()
    {
        using var host = Build(_ => { });
        await host.StartAsync(Cancel);
        await host.StopAsync(Cancel);

        _heads.Reads.ShouldBe(0);
        host.Services.GetServices<IHostedService>().ShouldNotContain(service => service is FollowHead);
    }

    [Fact]
    public async Task A_slow_listener_gets_the_newest_head_only_and_the_other_gets_all()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>().AddHeadListener<Other>());
        var (slow, quick) = (Listener<FakeListener>(host), Listener<Other>(host));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        slow.Work = (_, _) => done.Task;
        await host.StartAsync(Cancel);

        for (var number = 1UL; number <= 4; number++)
        {
            await _heads.SendAsync(number);
            (await quick.CallAsync()).ShouldBe(number);
            if (number == 1)
                (await slow.CallAsync()).ShouldBe(1UL);
        }

        done.SetResult();
        (await slow.CallAsync()).ShouldBe(4UL);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_listener_that_fails_is_logged_and_called_at_the_next_head()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>());
        var listener = Listener<FakeListener>(host);
        // The last two without a stop of the node: a request's own timeout, and a fault.
        Exception[] failures =
        [
            new InvalidOperationException("The database is down."),
            new TaskCanceledException("The request took too long."),
            new ObjectDisposedException("database"),
        ];
        listener.Work = (number, _) => number <= 3 ? Task.FromException(failures[number - 1]) : Task.CompletedTask;
        await host.StartAsync(Cancel);

        for (var number = 1UL; number <= 5; number++)
        {
            await _heads.SendAsync(number);
            (await listener.CallAsync()).ShouldBe(number);
        }

        _log.Lines.ShouldBe([
            .. failures.Select((failure, index) => $"Warning: {Failed(index + 1, failure)}"),
            "Information: The node can check claims again, as of block 4.",
        ]);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_failure_that_lasts_is_one_warning_and_its_end_one_line()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>());
        var listener = Listener<FakeListener>(host);
        var outage = new InvalidOperationException("The database is unavailable.");
        listener.Work = (number, _) => number is < 4 or 5 ? Task.FromException(outage) : Task.CompletedTask;
        await host.StartAsync(Cancel);

        for (var number = 1UL; number <= 6; number++)
        {
            await _heads.SendAsync(number);
            (await listener.CallAsync()).ShouldBe(number);
        }

        await host.StopAsync(Cancel);
        _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal))
            .ShouldBe([
                $"Warning: {Failed(1, outage)}",
                "Information: The node can check claims again, as of block 4.",
                $"Warning: {Failed(5, outage)}",
                "Information: The node can check claims again, as of block 6.",
            ]);
    }

    [Fact]
    public async Task A_failure_that_the_log_has_already_is_at_debug_and_so_is_its_end()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>());
        var listener = Listener<FakeListener>(host);
        listener.Level = failure => failure is TimeoutException ? LogLevel.Debug : LogLevel.Warning;
        var other = new InvalidOperationException("A fault.");
        listener.Work = (number, _) =>
            number switch
            {
                1 or 2 => Task.FromException(new TimeoutException($"The database is unavailable, {number}.")),
                4 or 6 => Task.FromException(other),
                5 => Task.FromException(new TimeoutException("The database is unavailable.")),
                _ => Task.CompletedTask,
            };
        await host.StartAsync(Cancel);

        for (var number = 1UL; number <= 7; number++)
        {
            await _heads.SendAsync(number);
            (await listener.CallAsync()).ShouldBe(number);
        }

        await host.StopAsync(Cancel);
        _log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal))
            .ShouldBe([$"Warning: {Failed(4, other)}", "Information: The node can check claims again, as of block 7."]);
    }

    private static string Failed(int block, Exception failure) =>
        $"The node could not check claims at block {block}: {failure.Message} It tries again at the next head or the fallback sync, "
        + "whichever comes first.";

    [Fact]
    public async Task A_source_that_fails_is_followed_again_after_the_polling_interval()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>());
        var listener = Listener<FakeListener>(host);
        await host.StartAsync(Cancel);
        await _heads.SendAsync(1);
        (await listener.CallAsync()).ShouldBe(1UL);

        _heads.Fail(new InvalidOperationException("A fault."));
        (await _clock.TimerAsync()).ShouldBe(TimeSpan.FromSeconds(12));
        _heads.Reads.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(12));

        await _heads.SendAsync(2);
        (await listener.CallAsync()).ShouldBe(2UL);
        _heads.Reads.ShouldBe(2);
        _log.Lines.ShouldHaveSingleItem()
            .ShouldBe(
                "Error: The node lost the head of L1 by an unexpected error: A fault. It follows the head again in 00:00:12; until "
                    + "then the fallback syncs find the work."
            );
        await host.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task A_stop_cancels_the_last_call_waits_for_its_end_and_is_quiet(Type failure)
    {
        var (cancelled, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var host = Build(services => services.AddHeadListener<FakeListener>());
        var listener = Listener<FakeListener>(host);
        listener.Work = async (_, token) =>
        {
            await using (token.Register(cancelled.SetResult))
                await cancelled.Task;
            await ended.Task;
            throw failure == typeof(ObjectDisposedException)
                ? new ObjectDisposedException("database")
                : (Exception)Activator.CreateInstance(failure)!;
        };
        await host.StartAsync(Cancel);
        await _heads.SendAsync(1);
        await listener.CallAsync();

        var stopping = host.StopAsync(Cancel);
        await cancelled.Task.WaitAsync(Hang.Limit, Cancel);
        stopping.IsCompleted.ShouldBeFalse();
        ended.SetResult();
        await stopping;

        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_call_ends_before_any_service_stops()
    {
        using var host = Build(services => services.AddHeadListener<FakeListener>().AddHostedService<Neighbour>());
        var listener = Listener<FakeListener>(host);
        var neighbour = host.Services.GetServices<IHostedService>().OfType<Neighbour>().Single();
        var stoppedBefore = new TaskCompletionSource<bool>();
        listener.Work = async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                stoppedBefore.SetResult(neighbour.IsStopped);
            }
        };
        await host.StartAsync(Cancel);
        await _heads.SendAsync(1);
        await listener.CallAsync();

        await host.StopAsync(Cancel);

        (await stoppedBefore.Task).ShouldBeFalse();
        neighbour.IsStopped.ShouldBeTrue();
    }

    public void Dispose() => _log.Dispose();

    private static TListener Listener<TListener>(IHost host) =>
        host.Services.GetServices<IHeadListener>().Where(listener => listener.GetType() == typeof(TListener)).Cast<TListener>().Single();

    private IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Ethereum:HttpEndpoint"] = "http://127.0.0.1:1", ["Ethereum:ChainId"] = "31337" }
        );
        builder.Logging.AddProvider(_log).AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddSingleton<TimeProvider>(_clock).AddSingleton<IHeadSource>(_heads).AddEthereum(builder.Configuration);
        add(builder.Services);
        return builder.Build();
    }

    private sealed class Other : FakeListener;

    /// <summary>A service that is added after the listeners, so that its turn to stop comes first.</summary>
    private sealed class Neighbour : IHostedService
    {
        public bool IsStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }

    private sealed class Clock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

        /// <summary>Waits until a timer is set; its time.</summary>
        public async Task<TimeSpan> TimerAsync() => await _timers.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Hang.Limit, Cancel);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed class HeadLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel level,
            EventId id,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _lines.Enqueue($"{level}: {formatter(state, exception)}");
    }
}
