using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Chain;

/// <summary>
/// Another process may have stored another block tag since this one started. Follows the stored rules before this process relies on its
/// own: when it takes the lease to read or to send, and before it sends a result. One query by key each time, none per head.
/// </summary>
public sealed partial class FollowChainPolicy(IServiceScopeFactory scopes, ChainPolicy policy, ILogger<FollowChainPolicy> logger)
{
    /// <summary>Follows the stored rules, stricter or looser. Between two passes of the reader only.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        if (await StoredChainPolicy.ReadAsync(db, cancellationToken) is not var (stored, _))
            return;
        var before = policy.Tag;
        // That another process is stricter does not make final what this one has read: the next comparison decides.
        policy.Follow(stored.Tag, stored.ReplaceableUpTo is not null || !policy.IsFinal);
        if (policy.Tag != before)
            LogFollows(logger, policy.Tag, before);
    }

    /// <summary>
    /// Whether every stored block is final, also by the stored rules. Where this process holds them for replaceable anyway, that stays so
    /// without a query: it follows a stricter tag after a restart.
    /// </summary>
    public async Task<bool> IsFinalAsync(CancellationToken cancellationToken)
    {
        if (policy.IsFinal)
            await RunAsync(cancellationToken);
        return policy.IsFinal;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Another process has changed the block tag of this database: this process follows {Now} from now on, instead of {Before}. Give "
            + "every service of this database the same Ethereum:DefaultBlock."
    )]
    private static partial void LogFollows(ILogger logger, BlockTag now, BlockTag before);
}
