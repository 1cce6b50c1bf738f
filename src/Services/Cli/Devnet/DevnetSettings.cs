namespace Rollups.Cli.Devnet;

/// <summary>Arguments of <c>rollups devnet</c>.</summary>
/// <param name="ExitAfterDemo">End once the first epoch is accepted.</param>
/// <param name="Consensus">Kind of consensus contract.</param>
/// <param name="AnvilPort">Port of Anvil; 0 for a free one.</param>
/// <param name="HealthPort">Port of the health listener; 0 for a free one.</param>
/// <param name="InspectPort">Port of the inspect listener; 0 for a free one.</param>
/// <param name="ApiPort">Port of the query API; 0 for a free one.</param>
/// <param name="WebPort">Port of the live page; 0 for a free one.</param>
/// <param name="EpochLength">Blocks per epoch.</param>
/// <param name="App">The user's application; null for the demo of the echo application.</param>
internal sealed record DevnetSettings(
    bool ExitAfterDemo,
    DevnetConsensus Consensus,
    int AnvilPort,
    int HealthPort,
    int InspectPort,
    int ApiPort,
    int WebPort,
    ulong EpochLength,
    DevnetApp? App
);
