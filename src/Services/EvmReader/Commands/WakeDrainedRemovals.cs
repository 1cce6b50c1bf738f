using Microsoft.Extensions.Hosting;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.EvmReader.Commands;

/// <summary>Wakes the removal of an application once its last event has reached the broker.</summary>
internal sealed class WakeDrainedRemovals(OutboxWaits waits, IWorkRunner<RemoveApplications> runner) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        waits.Drained += Wake;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        waits.Drained -= Wake;
        waits.Stop();
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
