using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// What machines report by themselves: that an application which could not go on may go on now. A signal is a hint, as an event is; the
/// fallback sync finds the same work without it.
/// </summary>
public sealed class MachineSignals(TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Receives each signal.</summary>
    public event Action<Address>? Woken;

    /// <summary>Signals now.</summary>
    public void Wake(Address application) => Woken?.Invoke(application);

    /// <summary>Signals later, unless the node ends before.</summary>
    public void WakeAfter(Address application, TimeSpan delay) => _ = SignalAsync(application, delay);

    /// <inheritdoc />
    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private async Task SignalAsync(Address application, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, clock, _stopped.Token);
            Wake(application);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node ends.
        }
    }
}
