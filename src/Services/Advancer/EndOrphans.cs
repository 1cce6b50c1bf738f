using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Machines;

namespace Rollups.Advancer;

/// <summary>At the start of the process, ends what killed nodes left of their machines. Nothing waits for it.</summary>
internal sealed partial class EndOrphans(IEnumerable<IMachineFactory> factories, ILogger<EndOrphans> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var factory in factories)
        {
            try
            {
                await factory.EndOrphansAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // What is left costs memory; a node that ends itself here would cost every application.
                LogFailed(exception.Message);
            }
        }
    }

    [LoggerMessage(
        EventId = 90,
        Level = LogLevel.Warning,
        Message = "The Advancer could not end the machine servers that a killed node may have left: {Error} It goes on; the next start of "
            + "the process tries again. Servers that are left use memory: end them by hand."
    )]
    private partial void LogFailed(string error);
}
