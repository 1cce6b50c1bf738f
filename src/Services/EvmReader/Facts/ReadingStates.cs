namespace Rollups.EvmReader.Facts;

/// <summary>
/// Owns what is remembered of the applications between passes: one <see cref="ReadingState"/> per application. All are forgotten with
/// the lease, and one with its application. Safe for concurrent use; the states themselves belong to the pass.
/// </summary>
internal sealed class ReadingStates
{
    private readonly Lock _lock = new();
    private Dictionary<int, ReadingState> _states = [];
    private long? _term;

    /// <summary>The states of the applications that the last pass observed.</summary>
    public IReadOnlyCollection<ReadingState> All
    {
        get
        {
            lock (_lock)
                return [.. _states.Values];
        }
    }

    /// <summary>Whether the last pass observed any.</summary>
    public bool IsAny
    {
        get
        {
            lock (_lock)
                return _states.Count > 0;
        }
    }

    /// <summary>A pass begins in this term of the lease. In another term, another replica may have read in between.</summary>
    public void BeginTerm(long term)
    {
        lock (_lock)
        {
            if (_term != term)
                _states = [];
            _term = term;
        }
    }

    /// <summary>Nothing is read any more: another replica reads, or there is no application.</summary>
    public void Forget()
    {
        lock (_lock)
            (_states, _term) = ([], null);
    }

    /// <summary>
    /// Gives each application its state, a new one where nothing is remembered. Forgets the applications that are not in the list.
    /// </summary>
    public IReadOnlyList<ObservedApplication> Assign(IReadOnlyList<ObservedApplication> applications)
    {
        lock (_lock)
        {
            _states = applications.ToDictionary(app => app.Id, app => _states.GetValueOrDefault(app.Id) ?? new ReadingState());
            return [.. applications.Select(app => app with { State = _states[app.Id] })];
        }
    }
}
