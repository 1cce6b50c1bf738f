using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>Commands from another process, over a real RabbitMQ.</summary>
[NeedsServers]
public sealed class CommandTests(AnvilChain anvil, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    [Fact(Timeout = 120_000)]
    public async Task A_command_sent_before_the_node_was_ever_up_waits_for_it()
    {
        var token = TestContext.Current.CancellationToken;
        var broker = await rabbit.CreateVirtualHostAsync(token);
        var folder = Directory.CreateTempSubdirectory("rollups-command-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        foreach (var (key, value) in broker.Settings)
            settings[key] = value;
        await using var sender = new ServiceCollection()
            .AddLogging()
            .AddPrivateBus(bus =>
            {
                bus.AddRequestClient<RegisterApplication>(
                    CommandQueues.AddressOf(CommandQueues.RegisterApplication),
                    RequestTimeout.After(s: 60)
                );
                bus.UsingRabbitMq(
                    (_, rabbitMq) =>
                        rabbitMq.Host(
                            broker.Host,
                            broker.Port,
                            broker.Name,
                            host =>
                            {
                                host.Username(broker.Username);
                                host.Password(broker.Password);
                            }
                        )
                );
            })
            .BuildServiceProvider();
        var bus = sender.GetRequiredService<IBusControl>();
        await bus.StartAsync(token);
        await using var scope = sender.CreateAsyncScope();
        var application = await new Story(anvil, token).DeployAsync();
        using var request = scope
            .ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>()
            .Create(
                new RegisterApplication
                {
                    Name = "early",
                    Application = application.ToString(),
                    TemplateUri = "echo:",
                },
                token
            );
        var answer = request.GetResponse<ApplicationRegistration>();
        await broker.UntilQueuedAsync(CommandQueues.RegisterApplication, cancellationToken: token);

        await using (await TestNode.StartAsync(settings, token))
            (await answer).Message.Name.ShouldBe("early");

        await bus.StopAsync(token);
        folder.Delete(recursive: true);
    }
}
