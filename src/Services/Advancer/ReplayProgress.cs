using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Advancer;

/// <summary>Makes replays visible: a long one looks like an application that stands still.</summary>
internal sealed partial class ReplayProgress
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private static readonly Counter<long> Replayed = Telemetry.Meter.CreateCounter<long>(
        "rollups.advancer.replayed",
        "{input}",
        "Inputs run again to rebuild a machine, and compared with their stored results"
    );
    private static readonly UpDownCounter<long> Left = Telemetry.Meter.CreateUpDownCounter<long>(
        "rollups.advancer.replay_left",
        "{input}",
        "Inputs that the machines being rebuilt have yet to run again"
    );

    private readonly TimeProvider _clock;
    private readonly ILogger<ReplayProgress> _logger;

    public ReplayProgress(TimeProvider clock, ILogger<ReplayProgress> logger) => (_clock, _logger) = (clock, logger);

    /// <summary>A replay from an input to the application's cursor. Dispose it at its end, whatever that is.</summary>
    public Replay Begin(Application application, ulong from) => new(this, application, from);

    internal sealed class Replay : IDisposable
    {
        private readonly ReplayProgress _progress;
        private readonly Application _application;
        private readonly ulong _from;
        private readonly long _began;
        private long _logged;
        private ulong _done;

        public Replay(ReplayProgress progress, Application application, ulong from)
        {
            (_progress, _application, _from) = (progress, application, from);
            _began = _logged = progress._clock.GetTimestamp();
            Left.Add((long)Inputs);
        }

        private ulong Inputs => _application.ProcessedInputs - _from;

        private TimeSpan Elapsed => _progress._clock.GetElapsedTime(_began);

        /// <summary>One more input has been run and compared.</summary>
        public void Ran()
        {
            _done++;
            Replayed.Add(1);
            Left.Add(-1);
            if (_progress._clock.GetElapsedTime(_logged) < LogInterval)
                return;
            _logged = _progress._clock.GetTimestamp();
            var left = Elapsed / _done * (Inputs - _done);
            LogProgress(_progress._logger, _application.Name, _done, Inputs, _from, TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)));
        }

        /// <summary>Every result was the stored one.</summary>
        public void Complete() => LogComplete(_progress._logger, _application.Name, _done, _from, Elapsed);

        public void Dispose() => Left.Add(-(long)(Inputs - _done));
    }

    [LoggerMessage(
        302,
        LogLevel.Information,
        "advancer: rebuilding the machine of '{Application}': {Done} of {Inputs} inputs from input {First} on are run again, about {Left} "
            + "are left. Its new inputs wait until then; other applications continue."
    )]
    private static partial void LogProgress(ILogger logger, string application, ulong done, ulong inputs, ulong first, TimeSpan left);

    [LoggerMessage(
        303,
        LogLevel.Information,
        "advancer: rebuilt the machine of '{Application}': {Done} inputs from input {First} on were run again in {Elapsed}, and gave what "
            + "is stored."
    )]
    private static partial void LogComplete(ILogger logger, string application, ulong done, ulong first, TimeSpan elapsed);
}
