using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Devnet;

/// <summary>A tournament's clock counts blocks. Once the node has joined, this class mines them at once instead of over a week.</summary>
internal sealed class TournamentTime(DevnetChain chain, EpochBoard board, Address consensus)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Waits until the node has joined the epoch's tournament, mines to its end, and waits until the node has settled it.
    /// </summary>
    public async Task EndAsync(ulong epoch, CancellationToken cancellationToken)
    {
        var tournament = (await UntilAsync(SealedAsync, current => current.Number == epoch, cancellationToken)).Tournament;
        await UntilAsync(() => JoinsAsync(tournament, cancellationToken), joins => joins > 0, cancellationToken);
        var (start, allowance) = TournamentContract.DecodeClock(
            await CallAsync(TournamentContract.Arguments(tournament), cancellationToken)
        );
        board.Print(
            $"The node has joined the tournament {tournament} of epoch {epoch} with its commitment and a bond. Mining to block "
                + $"{start + allowance}, where the tournament closes."
        );
        await chain.MineToAsync(start + allowance, cancellationToken);
        var next = await UntilAsync(SealedAsync, current => current.Number > epoch, cancellationToken);
        board.Print(
            $"Epoch {epoch} is settled, and epoch {next.Number} is sealed with the inputs {next.InputIndexLowerBound} to "
                + $"{next.InputIndexUpperBound}, exclusive."
        );

        async Task<CurrentSealedEpoch> SealedAsync() =>
            DaveConsensusContract.DecodeCurrentSealedEpoch(
                await CallAsync(DaveConsensusContract.GetCurrentSealedEpoch(consensus), cancellationToken)
            );
    }

    private async Task<ulong> JoinsAsync(Address tournament, CancellationToken cancellationToken) =>
        new AbiReader(await CallAsync(TournamentContract.GetCounters(tournament)[0], cancellationToken)).Number(
            0,
            "number of commitments"
        );

    private Task<byte[]> CallAsync(CallRequest call, CancellationToken cancellationToken) =>
        chain.Client.CallAsync(call, BlockTag.Latest, cancellationToken);

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isReached, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (true)
        {
            var value = await read();
            if (isReached(value))
                return value;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
