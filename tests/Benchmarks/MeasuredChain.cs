using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>An Anvil that mines each transaction at once, with the real contracts, as L1 of the measured services.</summary>
internal sealed class MeasuredChain : IAsyncDisposable
{
    private static byte _salt;

    public AnvilChain Anvil { get; } = new();

    public DevnetChain Chain => Anvil.Chain;

    public static async Task<MeasuredChain> StartAsync()
    {
        var chain = new MeasuredChain();
        await chain.Anvil.InitializeAsync();
        return chain;
    }

    /// <summary>The deployment on this chain. A node that subscribes learns of each block at once; another one looks every 12 s.</summary>
    public Deployment Under(Deployment deployment, bool subscribes)
    {
        var settings = new Dictionary<string, string?>(deployment.Settings)
        {
            ["Ethereum:HttpEndpoint"] = Anvil.Anvil.HttpEndpoint.ToString(),
            ["Ethereum:ChainId"] = AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Ethereum:DefaultBlock"] = "latest",
            ["Signer:Kind"] = "private-key",
            ["Signer:PrivateKey"] = DevnetAccounts.ClaimOwnerKey,
        };
        if (subscribes)
            settings["Ethereum:WebSocketEndpoint"] = Anvil.Anvil.WebSocketEndpoint.ToString();
        return new Deployment(deployment.Name, settings);
    }

    /// <summary>The services without events: each looks for work at this interval, and the EvmReader at L1's.</summary>
    public static (string Key, string Value)[] Polling(TimeSpan interval, TimeSpan l1) =>
        [
            .. ((string[])["EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle"]).SelectMany(service =>
                new[]
                {
                    ($"Services:{service}:Events", "false"),
                    (
                        $"Services:{service}:SyncInterval",
                        (service == "EvmReader" ? l1 : interval).ToString("c", CultureInfo.InvariantCulture)
                    ),
                }
            ),
        ];

    /// <summary>Deploys an echo application under an Authority, and registers it with the node.</summary>
    /// <param name="services">Services of a process on the node's bus.</param>
    /// <param name="epochLength">Blocks per epoch.</param>
    public async Task<(Address Application, Address Authority)> AddApplicationAsync(IServiceProvider services, ulong epochLength)
    {
        var salt = new byte[32];
        salt[^1] = ++_salt;
        var deployed = await Anvil.Contracts.DeployAuthorityApplicationAsync(
            epochLength,
            await EchoTemplate.HashAsync(),
            new Hash32(salt),
            CancellationToken.None
        );
        await using var scope = services.CreateAsyncScope();
        var answer = await scope
            .ServiceProvider.GetRequiredService<IRequestClient<RegisterApplication>>()
            .GetResponse<ApplicationRegistration, RegistrationRefused>(
                new RegisterApplication
                {
                    Name = $"echo-{_salt}",
                    Application = deployed.Application.ToString(),
                    TemplateUri = "echo:",
                },
                CancellationToken.None,
                RequestTimeout.After(s: 60)
            );
        if (answer.Is(out Response<RegistrationRefused>? refused))
            throw new InvalidOperationException(refused.Message.Reason);
        return deployed;
    }

    public ValueTask DisposeAsync() => Anvil.DisposeAsync();
}
