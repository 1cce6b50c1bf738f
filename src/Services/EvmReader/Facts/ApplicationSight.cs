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

    /// <summary>
    /// L1 gave fewer logs of the application than its contracts count: nothing of them is used. True if that has lasted, so that late logs
    /// are no longer the likely cause.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="kind">The kind of logs.</param>
    /// <param name="block">The head.</param>
    /// <param name="problem">What is missing.</param>
    public bool Lacks(ObservedApplication app, string kind, ulong block, string problem)
    {
        if (app.State.Lacking.Add(kind, clock))
            LogLacking(logger, app.Name, app.Address, kind, block, problem, LackingLogs.Patience);
        else
            LogNotYetThere(logger, app.Name, app.Address, kind, block, problem);
        return app.State.Lacking.IsLasting(kind);
    }

    /// <summary>The logs of the application contradict each other or its contracts: nothing of them is used.</summary>
    /// <param name="app">The application.</param>
    /// <param name="kind">The kind of logs.</param>
    /// <param name="from">First block that was read.</param>
    /// <param name="to">Last block that was read.</param>
    /// <param name="problem">The contradiction, with both values.</param>
    public void Contradicts(ObservedApplication app, string kind, ulong from, ulong to, string problem)
    {
        if (app.State.Lacking.AddContradiction(kind, clock))
            LogRefused(logger, app.Name, app.Address, kind, from, to, problem);
        else
            LogRefusedAgain(logger, app.Name, app.Address, kind, from, to, problem);
    }

    /// <summary>
    /// What is stored of the application does not match L1, so nothing is read for it. True if that is news, worth a log line.
    /// </summary>
    public bool Doubts(ObservedApplication app, string kind) => app.State.Lacking.AddContradiction(kind, clock);

    /// <summary>L1 gave as many logs of the application as its contracts count, or none is needed.</summary>
    public void LacksNothing(ObservedApplication app, string kind)
    {
        Sees(app, kind);
        if (app.State.Lacking.Remove(kind) is { } since)
            LogComplete(logger, kind, app.Name, app.Address, clock.GetElapsedTime(since));
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
        "{What} of application {Name} ({Application}) has no answer at block {Block}: {Error}. The node reads nothing that depends on "
            + "it until there is one, and asks again at every head. If this lasts, check the endpoint and the contracts."
    )]
    private static partial void LogMissing(ILogger logger, string what, string name, Address application, ulong block, string error);

    [LoggerMessage(3, LogLevel.Information, "{What} of application {Name} ({Application}) is answered again, after {Age}.")]
    private static partial void LogSeen(ILogger logger, string what, string name, Address application, TimeSpan age);

    [LoggerMessage(
        4,
        LogLevel.Debug,
        "Application {Name} ({Application}), {Kind} up to block {Block}: {Problem}. An L1 node may announce a block before all its logs "
            + "can be read; nothing is stored, and the node reads these blocks again."
    )]
    private static partial void LogNotYetThere(ILogger logger, string name, Address application, string kind, ulong block, string problem);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Application {Name} ({Application}), {Kind} up to block {Block}: {Problem}, and that for more than {Patience}. Nothing is stored "
            + "and its cursor stays; the node reads these blocks again at every head. If this lasts, check the endpoint."
    )]
    private static partial void LogLacking(
        ILogger logger,
        string name,
        Address application,
        string kind,
        ulong block,
        string problem,
        TimeSpan patience
    );

    [LoggerMessage(6, LogLevel.Information, "The {Kind} of application {Name} ({Application}) are complete again, after {Age}.")]
    private static partial void LogComplete(ILogger logger, string kind, string name, Address application, TimeSpan age);

    [LoggerMessage(
        7,
        LogLevel.Error,
        "Application {Name} ({Application}), {Kind} of blocks {From} to {To}: {Problem}. Nothing is stored and its cursor stays; the node "
            + "reads these blocks again at every head. If this lasts, check the endpoint."
    )]
    private static partial void LogRefused(
        ILogger logger,
        string name,
        Address application,
        string kind,
        ulong from,
        ulong to,
        string problem
    );

    [LoggerMessage(
        8,
        LogLevel.Debug,
        "Application {Name} ({Application}), {Kind} of blocks {From} to {To}: still {Problem}. Nothing is stored."
    )]
    private static partial void LogRefusedAgain(
        ILogger logger,
        string name,
        Address application,
        string kind,
        ulong from,
        ulong to,
        string problem
    );
}
