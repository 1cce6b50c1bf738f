using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Integration.Tests;

/// <summary>The template hash that an echo application is deployed with.</summary>
internal static class EchoTemplate
{
    public static async Task<Hash32> HashAsync(CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddMachines().BuildServiceProvider();
        return await services.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", cancellationToken);
    }
}
