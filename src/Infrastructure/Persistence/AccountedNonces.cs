using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// Up to where the transactions of an account on L1 are accounted for: each is one that this database knows, or was reported. Kept with the
/// database, so that no restart and no second process reports one again.
/// </summary>
/// <param name="Nonce">Every transaction with a lower nonce is accounted for.</param>
/// <param name="Block">L1 block as of which the account had sent no more than those.</param>
public sealed record AccountedNonces(ulong Nonce, ulong Block)
{
    /// <summary>Key of the row in <see cref="NodeConfiguration"/>.</summary>
    public static string KeyOf(ulong chainId, Address account) => $"account:{chainId}:{account}";

    /// <summary>What is stored; null before the account was looked at.</summary>
    public static async Task<AccountedNonces?> ReadAsync(
        RollupsDbContext db,
        ulong chainId,
        Address account,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        var key = KeyOf(chainId, account);
        var value = await db
            .NodeConfigurations.AsNoTracking()
            .Where(row => row.Key == key)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken);
        return value is null ? null : JsonSerializer.Deserialize<AccountedNonces>(value);
    }

    /// <summary>Replaces what is stored; false if another process has replaced or added it meanwhile.</summary>
    public async Task<bool> ReplaceAsync(
        RollupsDbContext db,
        ulong chainId,
        Address account,
        AccountedNonces? before,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        var (key, value) = (KeyOf(chainId, account), JsonSerializer.Serialize(this));
        if (before is null)
        {
            if (await db.NodeConfigurations.AnyAsync(row => row.Key == key, cancellationToken))
                return false;
            db.Add(
                new NodeConfiguration
                {
                    Key = key,
                    Value = value,
                    CreatedAt = now,
                }
            );
            return true;
        }

        var old = JsonSerializer.Serialize(before);
        return await db
                .NodeConfigurations.Where(row => row.Key == key && row.Value == old)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, value), cancellationToken) == 1;
    }

    /// <summary>
    /// Accounts for the transactions of epochs whose rows are about to be deleted: nobody could know them any more. In the caller's
    /// transaction.
    /// </summary>
    public static async Task ForgetAsync(RollupsDbContext db, int applicationId, ulong lastEpoch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var sent = await db
            .Transactions.Where(row => row.ApplicationId == applicationId && row.EpochIndex <= lastEpoch)
            .GroupBy(row => new { row.ChainId, row.Signer })
            .Select(group => new
            {
                group.Key.ChainId,
                group.Key.Signer,
                Highest = group.Max(row => row.Nonce),
            })
            .ToListAsync(cancellationToken);
        foreach (var account in sent)
        {
            var key = KeyOf(account.ChainId, account.Signer);
            var row = await db.NodeConfigurations.SingleOrDefaultAsync(setting => setting.Key == key, cancellationToken);
            if (row is null || JsonSerializer.Deserialize<AccountedNonces>(row.Value) is not { } stored || stored.Nonce > account.Highest)
                continue;
            row.Value = JsonSerializer.Serialize(stored with { Nonce = account.Highest + 1 });
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
