using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// An input is one L1 log: (transaction hash, log index). Another log under a known input index, or a known log under another index,
/// means that L1's history differs from the stored one.
/// </summary>
internal static class LogIdentity
{
    /// <summary>The first log that differs from the stored input at its index, with both values, or null.</summary>
    public static async Task<string?> FindChangedLogAsync(
        RollupsDbContext db,
        int applicationId,
        IReadOnlyList<InputAdded> known,
        CancellationToken cancellationToken
    )
    {
        if (known.Count == 0)
            return null;
        var (first, last) = (known[0].Index, known[^1].Index);
        var rows = await db
            .Inputs.AsNoTracking()
            .Where(input => input.ApplicationId == applicationId && input.Index >= first && input.Index <= last)
            .Select(input => new
            {
                input.Index,
                input.TransactionHash,
                input.LogIndex,
                input.BlockNumber,
                input.RawData,
            })
            .ToDictionaryAsync(input => input.Index, cancellationToken);
        foreach (var input in known)
        {
            if (!rows.TryGetValue(input.Index, out var row))
                return $"input {input.Index} is missing among the stored inputs";
            if (
                row.TransactionHash != input.Log.TransactionHash
                || row.LogIndex != input.Log.LogIndex
                || row.BlockNumber != input.Log.BlockNumber
            )
                return $"input {input.Index} is stored as log {row.LogIndex} of transaction {row.TransactionHash} (block "
                    + $"{row.BlockNumber}), but on L1 it is log {input.Log.LogIndex} of transaction {input.Log.TransactionHash} (block "
                    + $"{input.Log.BlockNumber})";
            if (!row.RawData.AsSpan().SequenceEqual(input.Data))
                return $"the bytes of input {input.Index} are stored with hash {Keccak256.Hash(row.RawData)}, but on L1 they have "
                    + $"{Keccak256.Hash(input.Data)}";
        }

        return null;
    }

    /// <summary>The first new log that is stored under another index, or that occurs twice, or null.</summary>
    public static async Task<string?> FindReusedLogAsync(
        RollupsDbContext db,
        int applicationId,
        IReadOnlyList<InputAdded> added,
        CancellationToken cancellationToken
    )
    {
        if (added.Count == 0)
            return null;
        if (added.GroupBy(Identity).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"log {twice.Key.LogIndex} of transaction {twice.Key.Transaction} is both input {twice.First().Index} and input "
                + $"{twice.Last().Index}";
        var transactions = added.Select(input => input.Log.TransactionHash).Distinct().ToList();
        var rows = await db
            .Inputs.AsNoTracking()
            .Where(input => input.ApplicationId == applicationId && transactions.Contains(input.TransactionHash))
            .Select(input => new
            {
                input.Index,
                input.TransactionHash,
                input.LogIndex,
            })
            .ToDictionaryAsync(input => (input.TransactionHash, input.LogIndex), input => input.Index, cancellationToken);
        return added
            .Where(input => rows.ContainsKey(Identity(input)))
            .Select(input =>
                $"log {input.Log.LogIndex} of transaction {input.Log.TransactionHash} is stored as input {rows[Identity(input)]}, but on "
                + $"L1 it is input {input.Index}"
            )
            .FirstOrDefault();
    }

    private static (Hash32 Transaction, ulong LogIndex) Identity(InputAdded input) => (input.Log.TransactionHash, input.Log.LogIndex);
}
