namespace Rollups.Testing;

/// <summary>A real server on which a test simulates network faults, operator actions and power cuts.</summary>
public interface IFaultyServer
{
    /// <summary>Such as <c>postgres</c>.</summary>
    string Name { get; }

    /// <summary>Breaks every connection to it, once; it accepts new ones at once.</summary>
    Task CutAsync(CancellationToken cancellationToken);

    /// <summary>Suspends it with its connections open, until <see cref="ContinueAsync"/>.</summary>
    Task PauseAsync(CancellationToken cancellationToken);

    /// <summary>Resumes it.</summary>
    Task ContinueAsync(CancellationToken cancellationToken);

    /// <summary>Ends it and keeps its stored data.</summary>
    Task HaltAsync(CancellationToken cancellationToken);

    /// <summary>Restarts the halted server at the same address; does nothing if it is not halted.</summary>
    Task ResumeAsync(CancellationToken cancellationToken);
}
