using Rollups.Cli.Database;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>The machine that an application is deployed with.</summary>
internal static class Template
{
    /// <summary>Root hash of the machine at that URI.</summary>
    /// <exception cref="OperatorException">This program has no machine for it, or cannot load it.</exception>
    public static async Task<Hash32> HashAsync(string uri, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddLogging().AddMachines(NodeDatabase.Configuration()).BuildServiceProvider();
        var factory =
            services.GetServices<IMachineFactory>().FirstOrDefault(factory => factory.CanCreate(uri))
            ?? throw new OperatorException(
                $"This program has no machine for '{Hex.Clip(uri)}': give its root hash with --template-hash, or use echo: for the "
                    + "built-in echo application."
            );
        try
        {
            return await factory.GetTemplateHashAsync(uri, cancellationToken);
        }
        catch (Exception exception) when (exception is MachineException or MachineUnavailableException)
        {
            throw new OperatorException($"{exception.Message} Or give the machine's root hash with --template-hash.", exception);
        }
    }
}
