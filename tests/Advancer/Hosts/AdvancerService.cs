using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Advancer.Tests.Hosts;

/// <summary>The Advancer as the node adds it, on scripted machines.</summary>
internal static class AdvancerService
{
    extension(ServiceHost host)
    {
        public ScriptedMachines Machines => (ScriptedMachines)host.Setup.Fake!;

        public IWorkRunner<AdvanceInputs> Runner => host.Services.GetRequiredService<IWorkRunner<AdvanceInputs>>();
    }

    public static Task<ServiceHost> CreateAsync(FreshDatabase database, params (string Key, string Value)[] settings)
    {
        var machines = new ScriptedMachines();
        var setup = new ServiceSetup(
            (services, configuration) =>
                services.AddSingleton<IMachineFactory>(machines).AddAdvancer(configuration).AddInspect(configuration)
        )
        {
            Fake = machines,
            Settings = [("Inspect:Address", "127.0.0.1:0"), .. settings],
        };
        return ServiceHost.CreateAsync(setup, database);
    }

    /// <summary>One turn of one application.</summary>
    public static Task<WorkResult> TurnAsync(this ServiceHost host, Application application) => host.TurnAsync<AdvanceInputs>(application);

    public static Task<int> PassAsync(this ServiceHost host) => host.PassAsync<AdvanceInputs>();
}
