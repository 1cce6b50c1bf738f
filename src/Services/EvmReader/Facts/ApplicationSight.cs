using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// Records for each application what the reader cannot read of it on L1. A failure at two consecutive heads is logged once per cause,
/// and so is its end.
/// </summary>
internal sealed partial class ApplicationSight(TimeProvider clock, ILogger<ApplicationSight> logger)
{
    /// <summary>A fact of an application was read.</summary>
    public void Sees(ObservedApplication app, string what)
    {
        if (app.State.Missing.Remove(what) is { } since)
            LogSeen(logger, what, app.Name, app.Address, clock.GetElapsedTime(since));
    }

    /// <summary>A fact of an application could not be read.</summary>
    /// <param name="app">The application.</param>
    /// <param name="what">The fact, for example a function.</param>
    /// <param name="cause">The kind of failure, without details that change from head to head: each kind is logged once.</param>
    /// <param name="block">The head.</param>
    /// <param name="error">The endpoint's error message.</param>
    public void Misses(ObservedApplication app, string what, string cause, ulong block, string error)
    {
        switch (app.State.Missing.Add(what, cause, clock.GetTimestamp()))
        {
            case MissingFactNews.First:
                LogMissedOnce(logger, what, app.Name, app.Address, block, error);
                break;
            case MissingFactNews.Lasting:
                LogMissing(logger, what, app.Name, app.Address, block, error);
                break;
            case MissingFactNews.None:
            default:
                break;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Debug,
        "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error}. The node asks again at the next head."
    )]
    private static partial void LogMissedOnce(ILogger logger, string what, string name, Address application, ulong block, string error);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error}. The node reads nothing for it until there "
            + "is one, and asks again at every head. If this lasts, check the endpoint and the contracts."
    )]
    private static partial void LogMissing(ILogger logger, string what, string name, Address application, ulong block, string error);

    [LoggerMessage(3, LogLevel.Information, "{What} of application {Name} ({Application}) is answered again, after {Age}.")]
    private static partial void LogSeen(ILogger logger, string what, string name, Address application, TimeSpan age);
}
