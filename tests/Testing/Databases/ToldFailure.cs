using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>A failure of the database that belongs to an outage which the log has already.</summary>
public static class ToldFailure
{
    /// <summary>Marks the failure as the node does.</summary>
    public static Exception Of(Exception failure)
    {
        LoggedOutage.Add(failure);
        return failure;
    }
}
