namespace Rollups.Domain;

/// <summary>Whether the node processes an application. Stored in upper case.</summary>
public enum ApplicationState
{
    /// <summary>Inputs are run and claims made.</summary>
    Enabled,

    /// <summary>Disabled by the operator; not observed either.</summary>
    Disabled,

    /// <summary>Stopped by a fault; L1 is still observed.</summary>
    Inoperable,
}
