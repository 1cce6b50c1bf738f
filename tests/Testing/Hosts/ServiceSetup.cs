using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Testing;

/// <summary>What the process of a <see cref="ServiceHost"/> consists of, besides a database and a bus.</summary>
/// <param name="Service">Adds the service as the node does.</param>
public sealed record ServiceSetup(Action<IServiceCollection, IConfiguration> Service)
{
    /// <summary>L1; null: the client that the service adds itself.</summary>
    public IEthereumClient? Chain { get; init; }

    /// <summary>The account that pays; null: the one of the settings.</summary>
    public ITransactionSigner? Signer { get; init; }

    /// <summary>Heads of L1; null: those that the service follows itself.</summary>
    public IHeadSource? Heads { get; init; } = new SilentHeads();

    /// <summary>The clock; null: the machine's own.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>What the service's own fake is, for a test that asks it, also after the host has ended.</summary>
    public object? Fake { get; init; }

    /// <summary>The log; null: one of the host's own.</summary>
    public RecordedLog? Log { get; init; }

    /// <summary>Adds more services than the node has, such as a test harness.</summary>
    public Action<IServiceCollection>? More { get; init; }

    /// <summary>Settings on top of those that every host has; of several with one key the last one counts.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>The same setup on MassTransit's test harness, which waits at most <see cref="Hang.Limit"/> for anything.</summary>
    public ServiceSetup OnHarness(Action<IBusRegistrationConfigurator>? more = null) =>
        this with
        {
            More = services =>
                services
                    .WithoutUsageTelemetry()
                    .AddMassTransitTestHarness(
                        TextWriter.Null,
                        bus =>
                        {
                            bus.SetTestTimeouts(testTimeout: Hang.Limit, testInactivityTimeout: Hang.Limit);
                            more?.Invoke(bus);
                        }
                    ),
        };

    /// <summary>The same setup with more settings, which win.</summary>
    public ServiceSetup With(params IEnumerable<(string Key, string Value)> settings) =>
        this with
        {
            Settings = [.. Settings, .. settings],
        };
}
