using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>An operator's program: registers applications with a node that it reaches by the broker alone.</summary>
internal sealed class Registrar : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Registrar(ServiceProvider services) => _services = services;

    public static async Task<Registrar> StartAsync(RabbitMqVirtualHost broker, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddPrivateBus(bus =>
            {
                bus.AddRequestClient<RegisterApplication>(
                    CommandQueues.AddressOf(CommandQueues.RegisterApplication),
                    RequestTimeout.After(m: 2)
                );
                bus.UsingRabbitMq(
                    (_, rabbit) =>
                        rabbit.Host(
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
        await services.GetRequiredService<IBusControl>().StartAsync(cancellationToken);
        return new Registrar(services);
    }

    public async Task RegisterAsync(string name, Address application, CancellationToken cancellationToken)
    {
        await using var scope = _services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>();
        var answer = await client.GetResponse<ApplicationRegistration, RegistrationRefused>(
            new RegisterApplication
            {
                Name = name,
                Application = application.ToString(),
                TemplateUri = "echo:",
            },
            cancellationToken
        );
        answer.Is(out Response<RegistrationRefused>? refused).ShouldBeFalse(refused?.Message.Reason);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.GetRequiredService<IBusControl>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
