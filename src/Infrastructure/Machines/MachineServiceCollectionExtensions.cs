using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Host;
using Rollups.Settings;

namespace Rollups.Machines;

/// <summary>Adds the kinds of machines to a host.</summary>
public static class MachineServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="IMachineFactory"/> of every kind.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="configuration">Configuration of the node; without it, machines only give the hashes of their templates.</param>
    /// <exception cref="OperatorException">An option of a machine is wrong.</exception>
    public static IServiceCollection AddMachines(this IServiceCollection services, IConfiguration? configuration = null)
    {
        var settings = configuration ?? new ConfigurationBuilder().Build();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<HostMachineOptions>(settings.GetSection(HostMachineOptions.Section));
        services.AddValidatedOptions<CartesiMachineOptions>(settings.GetSection(CartesiMachineOptions.Section));
        services.AddSingleton(new HostChain(ulong.TryParse(settings["Ethereum:ChainId"], out var chain) ? chain : 0));
        services.TryAddSingleton<MachineSignals>();
        services.TryAddSingleton<IBackendOutput, LoggedBackendOutput>();
        services.AddSingleton<IMachineFactory, EchoMachineFactory>();
        services.AddSingleton<IMachineFactory, HostMachineFactory>();
        services.AddSingleton<IMachineFactory, CartesiMachineFactory>();
        return services;
    }
}
