using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Creates machines in their template state from a template URI.</summary>
public interface IMachineFactory
{
    /// <summary>True if this factory knows the URI's scheme, such as <c>echo:</c>.</summary>
    bool CanCreate(string templateUri);

    /// <summary>A machine that has processed nothing.</summary>
    /// <param name="templateUri">Location of the template.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken);

    /// <summary>The same within the limits of the application; a machine without limits ignores them.</summary>
    /// <param name="templateUri">Location of the template.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="limits">The application's execution parameters.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    Task<IRollupsMachine> CreateAsync(
        string templateUri,
        Address application,
        ExecutionParameters limits,
        CancellationToken cancellationToken
    ) => CreateAsync(templateUri, application, cancellationToken);

    /// <summary>Root hash of the template, with which the application contract was deployed.</summary>
    Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken);
}
