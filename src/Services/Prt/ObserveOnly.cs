using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>Reader mode: tournaments are observed, and nothing is sent.</summary>
internal sealed class ObserveOnly(MatchClocks clocks, LapsedMatches lapsed, StuckConsensus stuck) : IPlayTournaments
{
    public async Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    )
    {
        if (observed.Root is { FinishedAtBlock: not null } && await stuck.JudgeAsync(application, epoch, top, cancellationToken))
            return new Play(PlayStep.LookAgain);
        var running = await clocks.ReadAsync(observed.Running, top, cancellationToken);
        return lapsed.Tell(application, epoch, running, top, isEliminated: false).Count > 0
            ? SendMoves.EachHead
            : new Play(PlayStep.Waiting, running.Select(match => match.LapsesAt).OfType<ulong>().Append(ulong.MaxValue).Min());
    }

    public Task<bool> FinishAsync(
        Application application,
        IReadOnlyList<Epoch> answered,
        ulong top,
        CancellationToken cancellationToken
    ) => Task.FromResult(false);

    public Task RecoverBondAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    ) => Task.CompletedTask;
}
