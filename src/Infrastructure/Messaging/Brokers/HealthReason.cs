namespace Rollups.Messaging;

/// <summary>
/// What every caller of /readyz may see of a health check, in the check's data: it contains no secret, unlike a check's description, which
/// may.
/// </summary>
public static class HealthReason
{
    /// <summary>Key of the reason: what is wrong.</summary>
    public const string Key = "reason";

    /// <summary>Key of what the operator can do.</summary>
    public const string Action = "action";

    /// <summary>
    /// Key of the time since when it is so, a <see cref="DateTimeOffset"/>; only if the check knows it better than its caller.
    /// </summary>
    public const string Since = "since";

    /// <summary>The data of a check.</summary>
    /// <param name="reason">What is wrong.</param>
    /// <param name="action">What the operator can do; null if the reason says it.</param>
    /// <param name="since">Since when, if the check knows it.</param>
    public static Dictionary<string, object> Data(string reason, string? action = null, DateTimeOffset? since = null)
    {
        var data = new Dictionary<string, object> { [Key] = reason };
        if (action is not null)
            data[Action] = action;
        if (since is { } time)
            data[Since] = time;
        return data;
    }
}
