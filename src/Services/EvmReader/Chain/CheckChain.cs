using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Chain;

/// <summary>
/// Before anything is read: the endpoint, the configuration and the database must speak of one chain. The block tag that the database was begun
/// with stays, because a weaker one would break what its cursors promise.
/// </summary>
internal sealed partial class CheckChain(
    IEthereumClient client, IUnitOfWork unit, ObservedChain chain, IOptions<EthereumOptions> options, TimeProvider clock, ILogger<CheckChain> logger) : IHostedService
{
    public const string Key = "evm-reader";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var configured = new StoredSettings(options.Value.ChainId, options.Value.DefaultBlock);
        await client.EnsureChainAsync(options.Value, cancellationToken);
        var stored = await unit.ExecuteAsync((scope, token) => GetOrAddAsync(scope.Db, configured, token), cancellationToken);
        if (stored.ChainId != configured.ChainId)
            throw new WrongChainException($"The database belongs to chain {stored.ChainId}, but Ethereum:ChainId is {configured.ChainId}. Use the database of chain {configured.ChainId}, or an empty one.");
        if (stored.DefaultBlock != configured.DefaultBlock)
            LogStoredTagWins(logger, configured.DefaultBlock, stored.DefaultBlock);
        chain.ReadBy(BlockTag.ParseName(stored.DefaultBlock));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<StoredSettings> GetOrAddAsync(RollupsDbContext db, StoredSettings configured, CancellationToken cancellationToken)
    {
        var row = await db.NodeConfigurations.AsNoTracking().SingleOrDefaultAsync(setting => setting.Key == Key, cancellationToken);
        if (row is not null)
            return JsonSerializer.Deserialize<StoredSettings>(row.Value, JsonSerializerOptions.Web)!;
        db.Add(new NodeConfiguration { Key = Key, Value = JsonSerializer.Serialize(configured, JsonSerializerOptions.Web), CreatedAt = clock.GetUtcNow() });
        return configured;
    }

    /// <summary>What a database was begun with.</summary>
    private sealed record StoredSettings(ulong ChainId, string DefaultBlock);

    [LoggerMessage(1, LogLevel.Warning, "Ethereum:DefaultBlock is {Configured}, but this database was begun with {Stored}, which stays in force: its cursors rely on it. To change it, begin with an empty database.")]
    private static partial void LogStoredTagWins(ILogger logger, string configured, string stored);
}
