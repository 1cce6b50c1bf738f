using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.EvmReader.Commands;

/// <summary>Waits until the events of applications have reached the broker, without holding a turn of the work runner.</summary>
internal sealed partial class OutboxWaits(IOutboxMonitor outbox, ILogger<OutboxWaits> logger) : IDisposable
{
    private readonly ConcurrentDictionary<Address, bool> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private bool _isDisposed;

    /// <summary>The outbox has no event of the application any more.</summary>
    public event Action<Address>? Drained;

    /// <summary>Raises <see cref="Drained"/> once that holds. Asking twice raises it once.</summary>
    public void Await(Address application)
    {
        if (_waiting.TryAdd(application, true))
            _ = WaitAsync(application);
    }

    /// <summary>Ends the waits; the next start looks again.</summary>
    public void Stop()
    {
        // A test harness stops its services once more after their end.
        if (!_isDisposed)
            _stop.Cancel();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _stop.Dispose();
    }

    private async Task WaitAsync(Address application)
    {
        try
        {
            await outbox.WaitUntilEmptyOfAsync(application, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            // The database is away, for example. The next sync looks again.
            LogEnded(logger, application, exception.Message);
            return;
        }
        finally
        {
            _waiting.TryRemove(application, out _);
        }

        Drained?.Invoke(application);
    }

    [LoggerMessage(1, LogLevel.Debug, "The outbox of {Application} could not be watched ({Error}); the next sync looks again.")]
    private static partial void LogEnded(ILogger logger, Address application, string error);
}
