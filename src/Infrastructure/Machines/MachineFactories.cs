namespace Rollups.Machines;

/// <summary>Finds the factory of a template URI.</summary>
public static class MachineFactories
{
    /// <exception cref="MachineException">No kind of machine has that scheme.</exception>
    public static IMachineFactory For(this IEnumerable<IMachineFactory> factories, string templateUri) =>
        factories.FirstOrDefault(factory => factory.CanCreate(templateUri))
        ?? throw new MachineException(
            $"No machine can be created from the template '{templateUri}': this build supports echo: (the built-in echo "
                + $"application)."
        );
}
