using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>Reader mode: tournaments are observed, and nothing is sent.</summary>
internal sealed class ObserveOnly(StuckConsensus stuck) : IPlayTournaments
{
    public bool Sends => false;

    public async Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        MatchesNow matches,
        ulong top,
        CancellationToken cancellationToken
    ) =>
        observed.Root is { FinishedAtBlock: not null } && await stuck.JudgeAsync(application, epoch, top, cancellationToken)
            ? new Play(PlayStep.LookAgain)
            : new Play(PlayStep.Waiting, matches.DueAt);

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
