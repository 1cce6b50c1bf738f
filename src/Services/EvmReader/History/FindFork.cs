using Microsoft.EntityFrameworkCore;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Finds where the stored history diverges from L1: the first stored input whose block was replaced. A block's hash commits to all
/// blocks before it, so a binary search finds it.
/// </summary>
internal sealed class FindFork(IEthereumClient client)
{
    /// <summary>
    /// The first input whose block was replaced, and the last one before it whose block was not; null if the endpoint does not return
    /// a block.
    /// </summary>
    /// <param name="db">Database.</param>
    /// <param name="applicationId">The application.</param>
    /// <param name="newest">Its newest input, whose block was replaced.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<Fork?> RunAsync(RollupsDbContext db, int applicationId, NewestInput newest, CancellationToken cancellationToken)
    {
        var first = newest;
        NewestInput? same = null;
        // Reorganisations are shallow: search back from the newest input in doubling steps, then bisect.
        for (var back = 1UL; first.Index > 0 && same is null; back *= 2)
        {
            var input = await LoadAsync(db, applicationId, first.Index - Math.Min(back, first.Index), cancellationToken);
            if (await IsSameAsync(input, cancellationToken) is not { } isSame)
                return null;
            if (isSame)
                same = input;
            else
                first = input;
        }

        while (same is { } before && first.Index - before.Index > 1)
        {
            var input = await LoadAsync(db, applicationId, before.Index + ((first.Index - before.Index) / 2), cancellationToken);
            if (await IsSameAsync(input, cancellationToken) is not { } isSame)
                return null;
            if (isSame)
                same = input;
            else
                first = input;
        }

        return new Fork(first, same);
    }

    private async Task<bool?> IsSameAsync(NewestInput input, CancellationToken cancellationToken) =>
        (await client.GetBlocksAsync([input.BlockNumber], cancellationToken))[0] is { } header ? header.Hash == input.BlockHash : null;

    private static Task<NewestInput> LoadAsync(RollupsDbContext db, int applicationId, ulong index, CancellationToken cancellationToken) =>
        db
            .Inputs.Where(input => input.ApplicationId == applicationId && input.Index == index)
            .Select(input => new NewestInput(input.Index, input.BlockNumber, input.BlockHash))
            .SingleAsync(cancellationToken);
}
