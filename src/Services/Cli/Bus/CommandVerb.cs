using System.CommandLine;
using MassTransit;
using Rollups.Cli.Database;
using Rollups.Contracts;
using Rollups.Settings;

namespace Rollups.Cli.Bus;

/// <summary>What the verbs that send a command have in common.</summary>
internal static class CommandVerb
{
    /// <summary>Option <c>--timeout</c>, in seconds.</summary>
    public static Option<double> Timeout()
    {
        var option = new Option<double>("--timeout")
        {
            Description = "Seconds to wait for the node's answer, 1 to 3600.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any())
                return;
            if (result.GetValueOrDefault<double>() is not (>= 1 and <= 3600))
                result.AddError("--timeout is out of its range: give 1 to 3600 seconds.");
        });
        return option;
    }

    /// <summary>Sends one command on a registered application; returns its answer.</summary>
    /// <exception cref="OperatorException">The node refuses the command.</exception>
    /// <exception cref="UnreachableException">Broker or node do not answer.</exception>
    public static async Task<TAnswer> SendAsync<TCommand, TAnswer>(
        TCommand command,
        string application,
        string queue,
        double timeout,
        CancellationToken cancellationToken
    )
        where TCommand : class
        where TAnswer : class
    {
        await using var bus = await NodeBus.OpenAsync(NodeDatabase.Configuration(), cancellationToken);
        var (answer, refused) = await AskAsync<TCommand, TAnswer>(bus, command, application, queue, timeout, cancellationToken);
        return answer ?? throw new OperatorException(refused!.Reason);
    }

    /// <summary>The same on an open bus; a refusal is returned.</summary>
    public static async Task<(TAnswer? Answer, CommandRefused? Refused)> AskAsync<TCommand, TAnswer>(
        NodeBus bus,
        TCommand command,
        string application,
        string queue,
        double timeout,
        CancellationToken cancellationToken
    )
        where TCommand : class
        where TAnswer : class
    {
        var response = await bus.AskAsync<TCommand, TAnswer, CommandRefused>(
            command,
            queue,
            TimeSpan.FromSeconds(timeout),
            $"'rollups app status {application}'",
            cancellationToken
        );
        return response.Is(out Response<TAnswer>? done)
            ? (done.Message, null)
            : (null, response.Is(out Response<CommandRefused>? refused) ? refused.Message : null);
    }
}
