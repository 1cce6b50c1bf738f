using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Makes machines in their template state from a template URI.</summary>
public interface IMachineFactory
{
    /// <summary>True where this factory knows the URI's scheme, such as <c>echo:</c>.</summary>
    bool CanCreate(string templateUri);

    /// <summary>A machine that has processed nothing.</summary>
    /// <param name="templateUri">Where the template is.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken);

    /// <summary>Root hash of the template: what the application contract was deployed with.</summary>
    Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken);
}
