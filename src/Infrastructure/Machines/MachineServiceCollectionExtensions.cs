using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Machines;

/// <summary>Adds the kinds of machines to a host.</summary>
public static class MachineServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="IMachineFactory"/> of every kind.</summary>
    public static IServiceCollection AddMachines(this IServiceCollection services) =>
        services.AddSingleton<IMachineFactory, EchoMachineFactory>();
}
