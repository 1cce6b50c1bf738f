namespace Rollups.Machines;

/// <summary>Finds the factory of a template URI.</summary>
public static class MachineFactories
{
    /// <exception cref="MachineException">No kind of machine has that scheme.</exception>
    public static IMachineFactory For(this IEnumerable<IMachineFactory> factories, string templateUri) =>
        factories.FirstOrDefault(factory => factory.CanCreate(templateUri))
        ?? throw new MachineException(
            $"No machine can be created from the template '{templateUri}': this build supports echo: (the built-in echo application), "
                + "host:PORT (a backend outside the node) and cartesi:/FOLDER (a stored Cartesi Machine)."
        );

    /// <summary>Whether the factory knows the URI's scheme.</summary>
    public static bool CanCreate(this IMachineFactory factory, string templateUri)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(templateUri);
        return templateUri.StartsWith(factory.Scheme, StringComparison.Ordinal);
    }
}
