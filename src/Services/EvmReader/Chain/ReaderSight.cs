using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;

namespace Rollups.EvmReader.Chain;

/// <summary>
/// Tracks what the reader cannot see of L1, and since when: a head that does not advance, and applications whose facts cannot be read.
/// A failure at two consecutive heads is logged once per application and cause, and so is its end; one that lasts makes the process
/// unready. Ages are monotonic. Written by the pass, read by the health check.
/// </summary>
internal sealed partial class ReaderSight(TimeProvider clock, IOptions<EvmReaderOptions> options, ILogger<ReaderSight> logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Application, string What), Blindness> _blind = [];
    private readonly HashSet<int> _observed = [];
    private BlockHeader? _head;
    private long? _headSince;
    private bool _stillTold;

    /// <summary>
    /// Nothing is read, because another replica reads or there is nothing to observe. Then nothing is missing either.
    /// </summary>
    public void Rests()
    {
        lock (_lock)
        {
            _blind.Clear();
            _observed.Clear();
            (_head, _headSince, _stillTold) = (null, null, false);
        }
    }

    /// <summary>A pass begins; the head is queried next.</summary>
    public void Looks(BlockTag tag)
    {
        lock (_lock)
        {
            _headSince ??= clock.GetTimestamp();
            if (_stillTold || !IsStill(out var age))
                return;
            _stillTold = true;
            LogStill(logger, tag, _head?.Number, age);
        }
    }

    /// <summary>The head was read; these applications are observed there.</summary>
    public void Sees(BlockHeader head, IEnumerable<ObservedApplication> applications)
    {
        lock (_lock)
        {
            if (_head is null || head.Number != _head.Number || head.Hash != _head.Hash)
            {
                (_head, _headSince) = (head, clock.GetTimestamp());
                if (_stillTold)
                    LogMoves(logger, head.Number);
                _stillTold = false;
            }

            _observed.Clear();
            _observed.UnionWith(applications.Select(app => app.Id));
            foreach (var gone in _blind.Keys.Where(key => !_observed.Contains(key.Application)).ToList())
                _blind.Remove(gone);
        }
    }

    /// <summary>A fact of an application was read.</summary>
    public void Sees(ObservedApplication app, string what)
    {
        lock (_lock)
        {
            if (_blind.Remove((app.Id, what), out var blindness) && blindness.Told is not null)
                LogSeen(logger, what, app.Name, app.Address, clock.GetElapsedTime(blindness.Since));
        }
    }

    /// <summary>A fact of an application could not be read.</summary>
    /// <param name="app">The application.</param>
    /// <param name="what">The fact, for example a function.</param>
    /// <param name="cause">The kind of failure, without details that change from head to head: each kind is logged once.</param>
    /// <param name="block">The head.</param>
    /// <param name="error">The endpoint's error message.</param>
    public void Misses(ObservedApplication app, string what, string cause, ulong block, string error)
    {
        lock (_lock)
        {
            if (!_blind.TryGetValue((app.Id, what), out var blindness))
            {
                // A replica that lags may miss one head and have the next.
                _blind[(app.Id, what)] = new Blindness(clock.GetTimestamp());
                LogMissedOnce(logger, what, app.Name, app.Address, block, error);
            }
            else if (blindness.Told != cause)
            {
                blindness.Told = cause;
                LogMissing(logger, what, app.Name, app.Address, block, error);
            }
        }
    }

    /// <summary>
    /// Unhealthy if nothing at all was read for too long, degraded if only some applications could not be read: one contract that
    /// always reverts must not make the node unready for all the others.
    /// </summary>
    public HealthCheckResult Judge()
    {
        lock (_lock)
        {
            if (IsStill(out var age))
                return HealthCheckResult.Unhealthy(
                    $"the newest block that counts is "
                        + $"{_head?.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}, and has been for "
                        + $"{age}"
                );
            var limit = options.Value.BlindAfter;
            if (limit == TimeSpan.Zero)
                return HealthCheckResult.Healthy();
            var blind = _blind
                .Where(pair => clock.GetElapsedTime(pair.Value.Since) > limit)
                .Select(pair => pair.Key.Application)
                .Distinct()
                .Count();
            var reason = $"L1 has not answered for {blind} of {_observed.Count} applications for more than {limit}";
            return blind == 0 ? HealthCheckResult.Healthy()
                : blind < _observed.Count ? HealthCheckResult.Degraded(reason)
                : HealthCheckResult.Unhealthy(reason);
        }
    }

    private bool IsStill(out TimeSpan age)
    {
        age = _headSince is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        return options.Value.HeadStillAfter > TimeSpan.Zero && age > options.Value.HeadStillAfter;
    }

    private sealed class Blindness(long since)
    {
        public long Since => since;

        public string? Told { get; set; }
    }

    [LoggerMessage(
        5,
        LogLevel.Debug,
        "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error}. It is asked for again at the next head."
    )]
    private static partial void LogMissedOnce(ILogger logger, string what, string name, Address application, ulong block, string error);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error}. Nothing of it is read until there is one; "
            + "it is asked for again at each head. If this lasts, look at the endpoint and at the contracts."
    )]
    private static partial void LogMissing(ILogger logger, string what, string name, Address application, ulong block, string error);

    [LoggerMessage(2, LogLevel.Information, "{What} of application {Name} ({Application}) is answered again, after {Age}.")]
    private static partial void LogSeen(ILogger logger, string what, string name, Address application, TimeSpan age);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "The {Tag} block of L1 is {Block} and has been for {Age}: nothing new can be read. It is asked for again; look at the endpoint, "
            + "and whether the chain makes blocks."
    )]
    private static partial void LogStill(ILogger logger, BlockTag tag, ulong? block, TimeSpan age);

    [LoggerMessage(4, LogLevel.Information, "L1 moves again, and is at block {Block}.")]
    private static partial void LogMoves(ILogger logger, ulong block);
}

/// <summary>Healthy while the reader sees L1: the head advances, and the applications' facts can be read there.</summary>
internal sealed class ReaderSightHealthCheck(ReaderSight sight) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sight.Judge());
}
