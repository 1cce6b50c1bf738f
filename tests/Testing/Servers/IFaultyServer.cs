namespace Rollups.Testing;

/// <summary>A real server that a test does to what networks, operators and power cuts do.</summary>
public interface IFaultyServer
{
    /// <summary>Such as <c>postgres</c>.</summary>
    string Name { get; }

    /// <summary>Breaks every connection to it, once; it takes new ones at once.</summary>
    Task CutAsync(CancellationToken cancellationToken);

    /// <summary>Lets it stand still with its connections open, until <see cref="ContinueAsync"/>.</summary>
    Task PauseAsync(CancellationToken cancellationToken);

    /// <summary>Goes on where it stood.</summary>
    Task ContinueAsync(CancellationToken cancellationToken);

    /// <summary>Ends it and keeps what it has stored.</summary>
    Task HaltAsync(CancellationToken cancellationToken);

    /// <summary>Starts the halted server again at the same address; nothing when it is not halted.</summary>
    Task ResumeAsync(CancellationToken cancellationToken);
}
