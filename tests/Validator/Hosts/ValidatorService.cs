using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Validator.Tests.Hosts;

/// <summary>The Validator as the node adds it, and a consumer that hears what it announces.</summary>
internal static class ValidatorService
{
    extension(ServiceHost host)
    {
        /// <summary>The announcements that came over the bus.</summary>
        public ChannelReader<EpochClaimCalculated> Announced => host.Services.GetRequiredService<Channel<EpochClaimCalculated>>().Reader;
    }

    public static ServiceSetup Setup { get; } =
        new(
            (services, configuration) =>
                services
                    .AddSingleton(Channel.CreateUnbounded<EpochClaimCalculated>())
                    .AddBusRegistration(bus => bus.AddConsumer<Listener>())
                    .AddValidator(configuration)
        );

    public static Task<int> PassAsync(this ServiceHost host) => host.PassAsync<CalculateClaims>();

    public static Task<WorkResult> RunAsync(this ServiceHost host, Application application) =>
        host.TurnAsync<CalculateClaims>(application);

    public static Task SyncAsync(this ServiceHost host) => host.SyncAsync<CalculateClaims>();

    private sealed class Listener(Channel<EpochClaimCalculated> heard) : IConsumer<EpochClaimCalculated>
    {
        public Task Consume(ConsumeContext<EpochClaimCalculated> context) =>
            heard.Writer.WriteAsync(context.Message, context.CancellationToken).AsTask();
    }
}
