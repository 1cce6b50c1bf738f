using Microsoft.Extensions.Hosting;
using Rollups.Machines;

namespace Rollups.Advancer;

/// <summary>At the start of the process, ends what killed nodes left of their machines. Nothing waits for it.</summary>
internal sealed class EndOrphans(IEnumerable<IMachineFactory> factories) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var factory in factories)
            await factory.EndOrphansAsync(stoppingToken);
    }
}
