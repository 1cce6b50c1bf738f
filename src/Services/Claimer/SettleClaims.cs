using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Claimer;

/// <summary>Moves the claim of each application's oldest unsettled epoch forward: compares it with the chain, records what is there, sends what is missing.</summary>
internal sealed class SettleClaims(
    IServiceScopeFactory scopes, IEthereumClient client, IOptions<EthereumOptions> ethereum, ChainClaims claims, RecordClaims record, ISubmitClaims submit) : IPendingWork
{
    // Epochs of one application in one turn.
    private const int StepsPerTurn = 20;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var due = await db.Applications
            .Where(app => app.State == ApplicationState.Enabled && app.ConsensusType != ConsensusType.Prt
                && db.Epochs.Any(epoch => epoch.ApplicationId == app.Id && (epoch.Status == EpochStatus.ClaimCalculated || epoch.Status == EpochStatus.ClaimSubmitted)))
            .Select(app => app.Address).ToListAsync(cancellationToken);
        return due.ConvertAll(address => new WorkKey(address));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        var done = 0;
        for (var step = 0; step < StepsPerTurn; step++)
        {
            switch (await StepAsync(key, cancellationToken))
            {
                case Step.Nothing:
                    return new WorkResult(done);
                case Step.Moved:
                    done++;
                    break;
                default:
                    // A transaction was mined at once: the chain has news.
                    break;
            }
        }

        return new WorkResult(done, MoreDue: true);
    }

    private async Task<Step> StepAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (await LoadAsync(key, cancellationToken) is not var (application, epoch) || await client.GetBlockAsync(ethereum.Value.Tag, cancellationToken) is not { } top)
            return Step.Nothing;
        var validator = await client.CallAsync(ApplicationContract.GetOutputsMerkleRootValidator(application.Address), BlockTag.At(top.Number), cancellationToken);
        if (validator.Length > 0 && new AbiReader(validator).Address(0) is var consensus && consensus != application.ConsensusAddress)
        {
            return await record.HaltedAsync(
                application, InoperableKind.Corrupted,
                $"The application's consensus contract was changed from {application.ConsensusAddress} to {consensus} by its owner. Claims to the old one are worthless; register the application anew.",
                cancellationToken) ? Step.Moved : Step.Nothing;
        }

        var (submitted, accepted) = await claims.ReadAsync(application, epoch, top.Number, cancellationToken);
        var verdict = ClaimComparison.Compare(epoch, application.ConsensusType, submit.Account, submitted, accepted);
        switch (verdict.Standing)
        {
            case ClaimStanding.Accepted:
                var own = submitted.FirstOrDefault(claim => claim.LastBlock == epoch.LastBlock && claim.OutputsMerkleRoot == epoch.OutputsMerkleRoot);
                return await record.AcceptedAsync(application, epoch, verdict.Claim!, own, cancellationToken) ? Step.Moved : Step.Nothing;
            case ClaimStanding.OutVoted:
                return await record.RejectedAsync(application, epoch, verdict.Claim!, verdict.Reason!, cancellationToken) ? Step.Moved : Step.Nothing;
            case ClaimStanding.Diverged:
                return await record.HaltedAsync(application, InoperableKind.Diverged, verdict.Reason!, cancellationToken) ? Step.Moved : Step.Nothing;
            case ClaimStanding.Submitted when epoch.Status == EpochStatus.ClaimCalculated:
                return await record.SubmittedAsync(application, epoch, verdict.Claim!, cancellationToken) ? Step.Moved : Step.Nothing;
            case ClaimStanding.Missing when epoch.Status == EpochStatus.ClaimCalculated:
                if (submitted.Count == 0 && accepted.Count == 0)
                    claims.NothingUpTo(application, epoch, top.Number);
                return await submit.SubmitAsync(application, epoch, top.Number, cancellationToken) ? await AfterMinedAsync(top.Number, cancellationToken) : Step.Nothing;
            default:
                return Step.Nothing;
        }
    }

    /// <summary>Looks again only when the mined block counts already at the configured tag; otherwise the next head wakes the work.</summary>
    private async Task<Step> AfterMinedAsync(ulong top, CancellationToken cancellationToken) =>
        (await client.GetBlockAsync(ethereum.Value.Tag, cancellationToken))?.Number > top ? Step.Again : Step.Nothing;

    private async Task<(Application Application, Epoch Epoch)?> LoadAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var pair = await (
            from app in db.Applications.AsNoTracking()
            join epoch in db.Epochs.AsNoTracking() on app.Id equals epoch.ApplicationId
            where app.Address == key.Application && app.State == ApplicationState.Enabled && app.ConsensusType != ConsensusType.Prt
                && (epoch.Status == EpochStatus.ClaimCalculated || epoch.Status == EpochStatus.ClaimSubmitted)
            orderby epoch.Index
            select new { app, epoch }).FirstOrDefaultAsync(cancellationToken);
        return pair is null ? null : (pair.app, pair.epoch);
    }

    private enum Step
    {
        Nothing,
        Moved,
        Again,
    }
}
