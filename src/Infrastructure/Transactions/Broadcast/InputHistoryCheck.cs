using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Chain;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Checks whether L1 still has the inputs that an epoch's result was computed from. Runs before a result is sent, because the EvmReader,
/// which stops an application whose history is gone, may lag or not run.
/// </summary>
internal sealed class InputHistoryCheck(IServiceScopeFactory scopes, IEthereumClient client, FollowChainPolicy policy)
{
    /// <summary>
    /// How L1 differs, or null. Final blocks are not queried again: they cannot be replaced. Whether they are final, the database decides:
    /// the reader may have gone over to a looser tag since this process started.
    /// </summary>
    public async Task<string?> FindMismatchAsync(int applicationId, ulong epochIndex, CancellationToken cancellationToken)
    {
        if (
            await policy.IsFinalAsync(cancellationToken)
            || await LoadAsync(applicationId, epochIndex, cancellationToken) is not { } claimed
        )
            return null;
        // One answer suffices: the last input's own log carries its block's hash and so pins every block before; further inputs would
        // be logs after it.
        var logs = await client.GetLogsAsync(
            new LogFilter(
                [claimed.InputBox],
                [
                    [InputBoxContract.InputAddedTopic],
                    [InputBoxContract.ApplicationTopic(claimed.Application)],
                ],
                claimed.BlockNumber,
                claimed.LastBlock
            ),
            cancellationToken
        );
        var inputs = logs.Select(InputBoxContract.DecodeInputAdded).ToList();
        var last = inputs.Find(input => input.Index == claimed.LastInput);
        var stored = string.Create(
            CultureInfo.InvariantCulture,
            $"input {claimed.LastInput} is stored from block {claimed.BlockNumber} ({claimed.BlockHash})"
        );
        if (last is null)
            return $"{stored}, but L1 does not show it there";
        if (last.Log.BlockHash != claimed.BlockHash)
            return $"{stored}, but on L1 that block is {last.Log.BlockHash}";
        return claimed.IsWhole && inputs.Find(input => input.Index > claimed.LastInput) is { } further
            ? $"{stored} and is the last of the epoch, but L1 has input {further.Index} in block {further.Log.BlockNumber}, up to which "
                + $"the epoch lasts"
            : null;
    }

    private async Task<Claimed?> LoadAsync(int applicationId, ulong epochIndex, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        return await (
            from app in db.Applications
            join epoch in db.Epochs on app.Id equals epoch.ApplicationId
            join input in db.Inputs on app.Id equals input.ApplicationId
            where app.Id == applicationId && epoch.Index == epochIndex && input.Index + 1 == epoch.InputIndexUpperBound
            // A sealed epoch ends inside a block: later logs, also in the block of its last input, may belong to the next epoch.
            select new Claimed(
                app.Address,
                app.InputBoxAddress,
                input.Index,
                input.BlockNumber,
                input.BlockHash,
                app.ConsensusType == ConsensusType.Prt ? input.BlockNumber : epoch.LastBlock,
                app.ConsensusType != ConsensusType.Prt
            )
        ).SingleOrDefaultAsync(cancellationToken);
    }

    /// <param name="Application">The application contract.</param>
    /// <param name="InputBox">Contract that emits its inputs.</param>
    /// <param name="LastInput">Index of the epoch's last input, or of the last before it.</param>
    /// <param name="BlockNumber">Its block.</param>
    /// <param name="BlockHash">Hash of that block when the input was read.</param>
    /// <param name="LastBlock">Block up to which there must be no other input.</param>
    /// <param name="IsWhole">Whether every input up to that block belongs to the epoch or one before.</param>
    private sealed record Claimed(
        Address Application,
        Address InputBox,
        ulong LastInput,
        ulong BlockNumber,
        Hash32 BlockHash,
        ulong LastBlock,
        bool IsWhole
    );
}
