using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Integration.Tests;

/// <summary>The template hash that an application is deployed with, an echo one unless told otherwise.</summary>
internal static class EchoTemplate
{
    public static async Task<Hash32> HashAsync(CancellationToken cancellationToken, string templateUri = "echo:")
    {
        await using var services = new ServiceCollection().AddMachines().BuildServiceProvider();
        return await services.GetServices<IMachineFactory>().For(templateUri).GetTemplateHashAsync(templateUri, cancellationToken);
    }
}
