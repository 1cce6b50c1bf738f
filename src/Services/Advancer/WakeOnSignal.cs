using Microsoft.Extensions.Hosting;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;

namespace Rollups.Advancer;

/// <summary>Wakes the Advancer when a machine reports that its application may go on.</summary>
internal sealed class WakeOnSignal(MachineSignals signals, IWorkRunner<AdvanceInputs> runner) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        signals.Woken += Wake;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        signals.Woken -= Wake;
        return Task.CompletedTask;
    }

    private void Wake(Address application) => _ = WakeAsync(application);

    private async Task WakeAsync(Address application)
    {
        try
        {
            await runner.WakeAsync(new WorkKey(application), WorkTrigger.Event, CancellationToken.None);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The node is stopping.
        }
    }
}
