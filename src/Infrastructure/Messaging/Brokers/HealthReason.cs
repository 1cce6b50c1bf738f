namespace Rollups.Messaging;

/// <summary>A health check's reason that every caller may see: it contains no secret, unlike a check's description, which may.</summary>
public static class HealthReason
{
    /// <summary>Key of the reason in the check's data.</summary>
    public const string Key = "reason";
}
