using Microsoft.Extensions.Options;

namespace Rollups.Lifecycle;

/// <summary>Section <c>Services:Lifecycle</c>, beside what every service has there.</summary>
public sealed class LifecycleOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Services:Lifecycle";

    /// <summary>Most epochs that one transaction of the reconciliation brings right; 1 to 10000.</summary>
    /// <value>The default is 200.</value>
    public int BatchSize { get; set; } = 200;

    /// <summary>
    /// How far a sync looks back beyond the one before it: longer than the services' clocks differ and a transaction lasts between taking
    /// the time of a move and its commit.
    /// </summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan LookBack { get; set; } = TimeSpan.FromMinutes(10);
}

internal sealed class LifecycleOptionsValidator : IValidateOptions<LifecycleOptions>
{
    public ValidateOptionsResult Validate(string? name, LifecycleOptions options)
    {
        List<string> problems = [];
        if (options.BatchSize is < 1 or > 10_000)
            problems.Add($"Services:Lifecycle:BatchSize is {options.BatchSize}: give a number from 1 to 10000.");
        if (options.LookBack < TimeSpan.Zero || options.LookBack > TimeSpan.FromDays(30))
            problems.Add($"Services:Lifecycle:LookBack is {options.LookBack}: give a time from zero to 30 days, such as 00:10:00.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
