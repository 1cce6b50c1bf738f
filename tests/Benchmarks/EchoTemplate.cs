using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Benchmarks;

/// <summary>The template of the echo machine.</summary>
internal static class EchoTemplate
{
    /// <summary>Its root hash, which the contracts of the measured applications name.</summary>
    public static async Task<Hash32> HashAsync()
    {
        await using var services = new ServiceCollection().AddMachines().BuildServiceProvider();
        return await services.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", CancellationToken.None);
    }
}
