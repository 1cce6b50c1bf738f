using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>Whole passes over a chain in memory.</summary>
/// <param name="server">The server of the database; the embedded database if null.</param>
public abstract class PassTests(PostgresServer? server) : IAsyncLifetime
{
    private protected static readonly Address InputBox = FakeChain.AddressOf(9);

    private protected ServiceHost Host { get; private set; } = null!;

    private protected FakeChain Chain => Host.Chain;

    public async ValueTask InitializeAsync() => Host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Host.DisposeAsync();
    }

    private protected Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings) =>
        server is null ? ReaderService.CreateAsync(settings) : ReaderService.CreateAsync(server, settings);
}
