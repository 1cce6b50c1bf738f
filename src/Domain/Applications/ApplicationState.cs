namespace Rollups.Domain;

/// <summary>Whether the node processes an application. Stored in upper case.</summary>
public enum ApplicationState
{
    /// <summary>Inputs are run and claims made.</summary>
    Enabled,

    /// <summary>
    /// Disabled by the operator: no input is run and no claim made. L1 is still observed, and what is already there from us is brought to
    /// its end.
    /// </summary>
    Disabled,

    /// <summary>Stopped by a fault; L1 is still observed.</summary>
    Inoperable,

    /// <summary>
    /// The operator removes it: its transactions are brought to their end, then its rows are deleted. Nothing else happens any more.
    /// </summary>
    Removing,
}
