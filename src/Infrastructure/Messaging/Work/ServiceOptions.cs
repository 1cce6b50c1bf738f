namespace Rollups.Messaging;

/// <summary>Section <c>Services:NAME</c>: how a service learns of its work.</summary>
public sealed class ServiceOptions
{
    /// <summary>Whether the service listens to events. Without them it works by its fallback sync alone.</summary>
    /// <value>The default is true.</value>
    public bool Events { get; set; } = true;

    /// <summary>Interval of the fallback sync.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan SyncInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Applications worked for side by side.</summary>
    /// <value>The default is 4.</value>
    public int Concurrency { get; set; } = 4;

    /// <summary>
    /// A message is acknowledged after its run has been going for this long; the database and the fallback sync carry it from there.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan AckAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The section of a service such as <c>evm-reader</c>: <c>Services:</c> and its name in Pascal case.</summary>
    public static string SectionOf(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return "Services:" + string.Concat(service.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
    }

    internal IEnumerable<string> Problems(string section)
    {
        if (SyncInterval < TimeSpan.FromMilliseconds(100) || SyncInterval > TimeSpan.FromDays(1))
            yield return $"{section}:SyncInterval is {SyncInterval}: give a time from 00:00:00.1 to a day, such as 00:00:30.";
        if (Concurrency is < 1 or > 256)
            yield return $"{section}:Concurrency is {Concurrency}: give a number from 1 to 256.";
        if (AckAfter <= TimeSpan.Zero || AckAfter > TimeSpan.FromMinutes(10))
            yield return $"{section}:AckAfter is {AckAfter}: give a time above zero and up to ten minutes, such as 00:00:05.";
    }
}
