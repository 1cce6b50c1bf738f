namespace Rollups.Domain;

/// <summary>When the Advancer stores the state of an application's machine. Stored as the upper-case word with underscores.</summary>
public enum SnapshotPolicy
{
    /// <summary>Only when the machine gives its memory to another: after a restart every input is run again.</summary>
    None,

    /// <summary>After every accepted input.</summary>
    EveryInput,

    /// <summary>At the end of every epoch with inputs.</summary>
    EveryEpoch,
}
