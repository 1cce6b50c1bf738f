using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Scheduling.Tests;

/// <summary>Somebody sets the machine's clock, NTP corrects it, a virtual machine wakes up: the syncs go on in their interval.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<TimeSpan> Jumps =>
        [TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(10), TimeSpan.FromDays(-1), TimeSpan.FromDays(1)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task A_clock_that_jumps_neither_stops_the_syncs_nor_sets_off_a_storm(TimeSpan jump)
    {
        var clock = new JumpingClock();
        var runs = new Runs();
        using var host = Build(clock, runs);
        var began = Stopwatch.GetTimestamp();
        await host.StartAsync(Cancel);
        await runs.MoreAsync(3, Cancel);

        clock.Jump(jump);
        await runs.MoreAsync(5, Cancel);
        clock.Jump(-jump);
        await runs.MoreAsync(5, Cancel);
        clock.Jump(jump);
        clock.Jump(jump);
        await runs.MoreAsync(5, Cancel);

        // However late the machine lets them come: none came before its turn.
        var count = runs.Count;
        var turns = (int)(Stopwatch.GetElapsedTime(began) / Interval) + 1;
        await host.StopAsync(Cancel);
        count.ShouldBeLessThanOrEqualTo(turns);
    }

    /// <summary>A node may be started while its clock is wrong.</summary>
    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task A_clock_that_jumps_before_the_first_sync_does_not_put_it_off(TimeSpan jump)
    {
        var clock = new JumpingClock();
        var runs = new Runs();
        using var host = Build(clock, runs);
        clock.Jump(jump);
        await host.StartAsync(Cancel);
        await runs.MoreAsync(3, Cancel);
        await host.StopAsync(Cancel);
    }

    private static IHost Build(JumpingClock clock, Runs runs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(
            new FallbackSync(
                "advancer",
                Interval,
                (_, _) =>
                {
                    runs.Add();
                    return Task.CompletedTask;
                }
            )
        );
        builder.Services.AddFallbackSyncs();
        return builder.Build();
    }

    private sealed class Runs
    {
        private readonly Channel<bool> _runs = Channel.CreateUnbounded<bool>();
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Add()
        {
            Interlocked.Increment(ref _count);
            _runs.Writer.TryWrite(true);
        }

        /// <summary>Waits for that many that nobody has waited for yet.</summary>
        public async Task MoreAsync(int number, CancellationToken cancellationToken)
        {
            for (var i = 0; i < number; i++)
                await _runs.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(Hang.Limit, cancellationToken);
        }
    }
}
