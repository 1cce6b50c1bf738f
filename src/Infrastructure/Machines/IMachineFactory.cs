using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>Creates one kind of machine from its template URI.</summary>
public interface IMachineFactory
{
    /// <summary>How the template URIs of this kind begin, such as <c>echo:</c>.</summary>
    string Scheme { get; }

    /// <summary>
    /// Whether a machine must be up before the application's first input, because programs outside the node connect to it.
    /// </summary>
    bool IsEager => false;

    /// <summary>
    /// Whether the template's hash must be the one in the application's contract. Only a stand-in for development does without: its claims
    /// prove nothing anyway.
    /// </summary>
    bool MustMatchContract => true;

    /// <summary>A machine that has processed nothing.</summary>
    /// <param name="templateUri">Location of the template.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    /// <exception cref="MachineUnavailableException">It cannot be loaded now.</exception>
    Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken);

    /// <summary>The same for one application in particular; a machine to which none of it matters ignores it.</summary>
    /// <param name="templateUri">Location of the template.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="limits">The application's execution parameters.</param>
    /// <param name="recordsStates">
    /// Whether <see cref="AdvanceResult.States"/> are needed. They cost time, and only a tournament uses them.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    Task<IRollupsMachine> CreateAsync(
        string templateUri,
        Address application,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    ) => CreateAsync(templateUri, application, cancellationToken);

    /// <summary>A machine in the state that <see cref="IRollupsMachine.SnapshotAsync"/> stored.</summary>
    /// <param name="templateUri">Location of the template that the stored machine came from.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="folder">The stored state.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">There is no such state, or it is damaged.</exception>
    Task<IRollupsMachine> RestoreAsync(string templateUri, Address application, string folder, CancellationToken cancellationToken);

    /// <summary>The same for one application in particular; a machine to which none of it matters ignores it.</summary>
    /// <param name="templateUri">Location of the template that the stored machine came from.</param>
    /// <param name="application">Address of the application contract.</param>
    /// <param name="folder">The stored state.</param>
    /// <param name="limits">The application's execution parameters.</param>
    /// <param name="recordsStates">
    /// Whether <see cref="AdvanceResult.States"/> are needed. They cost time, and only a tournament uses them.
    /// </param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <exception cref="MachineException">There is no such state, or it is damaged.</exception>
    Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    ) => RestoreAsync(templateUri, application, folder, cancellationToken);

    /// <summary>Ends what nodes that were killed left of their machines, where they ran as programs of their own.</summary>
    Task EndOrphansAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Root hash of the template, with which the application contract was deployed.</summary>
    Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken);
}
