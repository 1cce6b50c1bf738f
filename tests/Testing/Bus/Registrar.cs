using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Testing;

/// <summary>A program beside a node that it reaches by the broker alone: registers applications, and publishes events.</summary>
public sealed class Registrar : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Registrar(ServiceProvider services) => _services = services;

    /// <summary>Starts its bus.</summary>
    public static async Task<Registrar> StartAsync(RabbitMqVirtualHost broker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
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

    /// <summary>Registers an application on the echo machine.</summary>
    /// <exception cref="InvalidOperationException">The node refuses it.</exception>
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
        if (answer.Is(out Response<RegistrationRefused>? refused))
            throw new InvalidOperationException(refused.Message.Reason);
    }

    /// <summary>Publishes an event, as a service of the node does.</summary>
    public Task PublishAsync<TEvent>(TEvent happened, CancellationToken cancellationToken)
        where TEvent : class => _services.GetRequiredService<IBus>().Publish(happened, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _services.GetRequiredService<IBusControl>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
