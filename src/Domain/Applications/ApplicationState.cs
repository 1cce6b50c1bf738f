namespace Rollups.Domain;

/// <summary>Whether the node works for an application. Stored as the upper-case word.</summary>
public enum ApplicationState
{
    /// <summary>Inputs are run and claims made.</summary>
    Enabled,

    /// <summary>Switched off by the operator; not observed either.</summary>
    Disabled,

    /// <summary>Stopped by a fault; L1 is still observed.</summary>
    Inoperable,
}
