using Rollups.Cli.Bus;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Contracts;

namespace Rollups.Cli.App;

/// <summary><c>rollups app enable</c> and <c>rollups app disable</c>.</summary>
internal static class StateVerbs
{
    public static Verb Enable()
    {
        var (app, timeout) = (ApplicationArgument.Create(), CommandVerb.Timeout());
        return new Verb(
            "enable",
            "Starts an application again that an operator disabled or that a mended fault stopped. Refused if the fault is final.",
            "rollups app enable echo"
        )
        {
            app,
            timeout,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var named = parsed.GetRequiredValue(app).ToString();
                var answer = await CommandVerb.SendAsync<EnableApplication, EnabledApplication>(
                    new EnableApplication { Application = named },
                    named,
                    CommandQueues.EnableApplication,
                    parsed.GetValue(timeout),
                    cancellationToken
                );
                if (output.IsJson)
                    output.Json(answer);
                output.Line(answer.AlreadyEnabled ? $"{answer.Name} was enabled already." : $"{answer.Name} is enabled.");
                if (answer.ClearedReason is { } reason)
                    output.Line($"It had stopped because of this: {reason}");
                return ExitCode.Done;
            }
        );
    }

    public static Verb Disable()
    {
        var (app, timeout) = (ApplicationArgument.Create(), CommandVerb.Timeout());
        return new Verb(
            "disable",
            "Stops an application: the node runs no more inputs and makes no more claims. It still observes L1, and follows claims that "
                + "are on L1 to their end.",
            "rollups app disable echo"
        )
        {
            app,
            timeout,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var named = parsed.GetRequiredValue(app).ToString();
                var answer = await CommandVerb.SendAsync<DisableApplication, DisabledApplication>(
                    new DisableApplication { Application = named },
                    named,
                    CommandQueues.DisableApplication,
                    parsed.GetValue(timeout),
                    cancellationToken
                );
                if (output.IsJson)
                    output.Json(answer);
                output.Line(
                    answer.AlreadyStopped ? $"{answer.Name} was {answer.State} already; nothing changed." : $"{answer.Name} is disabled."
                );
                if (answer.ClaimsOnTheirWay > 0)
                    output.Line($"Claims that the node follows to their end: {answer.ClaimsOnTheirWay}.");
                return ExitCode.Done;
            }
        );
    }
}
