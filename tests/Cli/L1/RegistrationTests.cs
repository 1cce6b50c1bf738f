using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Cli.Tests.L1;

/// <summary><c>rollups deploy application --register</c> over a real broker, with a handler in the place of the evm-reader.</summary>
[NeedsServers]
public sealed class RegistrationTests(CliChain chain, RabbitMqServer rabbit) : IClassFixture<CliChain>
{
    [Fact]
    public async Task An_application_is_registered_once_it_is_deployed_and_a_refusal_is_repeatable()
    {
        var broker = await rabbit.CreateVirtualHostAsync(CliChain.Cancel);
        var seen = new List<RegisterApplication>();
        await using var reader = Answering(broker, seen);
        var bus = reader.GetRequiredService<IBusControl>();
        await bus.StartAsync(CliChain.Cancel);
        try
        {
            (string, string)[] on =
            [
                .. chain.Variables,
                .. broker.Settings.Select(it => ("ROLLUPS_" + it.Key.Replace(":", "__", StringComparison.Ordinal), it.Value!)),
            ];
            string[] line = ["deploy", "application", "--template", "echo:", "--salt", "9", "--yes", "--register"];

            // Deployed, then refused by the node: the same command with another name goes on from there.
            var answer = await CliProcess.RunHereAsync(on, [.. line, "taken"]);
            answer.ExitCode.ShouldBe(ExitCode.Refused, answer.Error);
            answer.ErrorLines[^1].ShouldBe("error: The node refused the application: The name is taken.");

            answer = await CliProcess.RunHereAsync(on, [.. line, "echo"]);
            answer.ExitCode.ShouldBe(0, answer.Error);
            answer.Lines.ShouldContain("deployed       before; nothing was sent");
            answer.Lines.ShouldContain("registered     as echo");
            seen.Select(command => command.Name).ShouldBe(["taken", "echo"]);
            seen.Select(command => command.TemplateUri).ShouldAllBe(uri => uri == "echo:");
            answer.Lines.ShouldContain($"application    {seen[1].Application}");
        }
        finally
        {
            await bus.StopAsync(CancellationToken.None);
        }
    }

    private static ServiceProvider Answering(RabbitMqVirtualHost broker, List<RegisterApplication> seen) =>
        new ServiceCollection()
            .AddLogging()
            .AddPrivateBus(bus =>
                bus.UsingRabbitMq(
                    (_, rabbit) =>
                    {
                        rabbit.Host(
                            broker.Host,
                            broker.Port,
                            broker.Name,
                            host =>
                            {
                                host.Username(broker.Username);
                                host.Password(broker.Password);
                            }
                        );
                        rabbit.ReceiveEndpoint(
                            CommandQueues.RegisterApplication,
                            endpoint =>
                                endpoint.Handler<RegisterApplication>(context =>
                                {
                                    seen.Add(context.Message);
                                    return context.Message.Name == "taken"
                                        ? context.RespondAsync(new RegistrationRefused { Reason = "The name is taken." })
                                        : context.RespondAsync(Registered(context.Message));
                                })
                        );
                    }
                )
            )
            .BuildServiceProvider();

    private static ApplicationRegistration Registered(RegisterApplication command) =>
        new()
        {
            Name = command.Name,
            Application = command.Application,
            Consensus = command.Application,
            ConsensusType = "AUTHORITY",
            EpochLength = 10,
            AlreadyRegistered = false,
        };
}
