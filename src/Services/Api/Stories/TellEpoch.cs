using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>Puts an epoch's story together: its row, its saga's reason, and the node's transactions for it, each by its index.</summary>
internal static class TellEpoch
{
    // A row of an epoch has hardly more than two; the limit only bounds the answer.
    private const int MostTransactions = 200;

    /// <summary>The story; null if there is no such epoch.</summary>
    /// <exception cref="UnknownApplicationException">The node does not know the application.</exception>
    public static async Task<EpochStory?> RunAsync(
        RollupsDbContext db,
        ulong chainId,
        ApplicationKey key,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        var id = await ListEpochs.IdAsync(db, key, cancellationToken);
        var application = await db
            .Applications.AsNoTracking()
            .Where(app => app.Id == id)
            .Select(app => new { app.Address, app.Name })
            .SingleAsync(cancellationToken);
        var row = await db
            .Epochs.AsNoTracking()
            .SingleOrDefaultAsync(epoch => epoch.ApplicationId == id && epoch.Index == index, cancellationToken);
        if (row is null)
            return null;
        var reason = await db
            .EpochLifecycles.Where(saga => saga.ChainId == chainId && saga.Application == application.Address && saga.EpochIndex == index)
            .Select(saga => saga.RejectionReason)
            .SingleOrDefaultAsync(cancellationToken);
        return new EpochStory
        {
            Application = application.Address,
            ApplicationName = application.Name,
            Index = row.Index,
            State = row.Status,
            Since = EpochTimes.Of(row).Since,
            FirstBlock = row.FirstBlock,
            LastBlock = row.LastBlock,
            FirstInput = row.InputIndexLowerBound,
            EndInput = row.InputIndexUpperBound,
            OutputsMerkleRoot = row.OutputsMerkleRoot,
            Commitment = row.Commitment,
            TournamentAddress = row.TournamentAddress,
            ClaimTransactionHash = row.ClaimTransactionHash,
            AcceptanceTransactionHash = row.AcceptanceTransactionHash ?? row.SettlementTransactionHash,
            IsProvisional = row.IsProvisional,
            TimesReverted = row.ClaimRound,
            RevertedAt = row.ClaimRevertedAt,
            RejectionReason = reason,
            TraceId = StageCauses.TraceIdOf(row.TraceParent),
            Stages = StagesOf(row, await StageCauses.LoadAsync(db, row, cancellationToken)),
            Transactions = await TransactionsAsync(db, id, index, cancellationToken),
        };
    }

    private static List<EpochStage> StagesOf(Epoch row, IReadOnlyDictionary<EpochStatus, EpochCause> causes)
    {
        (EpochStatus State, DateTimeOffset? At)[] all =
        [
            (EpochStatus.Open, row.OpenedAt),
            (EpochStatus.Closed, row.ClosedAt),
            (EpochStatus.InputsProcessed, row.InputsProcessedAt),
            (EpochStatus.ClaimCalculated, row.ClaimCalculatedAt),
            (EpochStatus.ClaimSubmitted, row.ClaimSubmittedAt),
            (row.Status == EpochStatus.ClaimRejected ? EpochStatus.ClaimRejected : EpochStatus.ClaimAccepted, row.ClaimSettledAt),
        ];
        var stages = new List<EpochStage>();
        DateTimeOffset? before = null;
        foreach (var (state, at) in all.Where(stage => stage.At is not null))
        {
            var seconds = at - before;
            stages.Add(
                new EpochStage
                {
                    State = state,
                    At = at,
                    SecondsAfterPrevious = seconds is { } time ? Math.Round(time.TotalSeconds, 6) : null,
                    Cause = causes.GetValueOrDefault(state),
                }
            );
            before = at;
        }

        return stages;
    }

    private static async Task<List<EpochTransaction>> TransactionsAsync(
        RollupsDbContext db,
        int applicationId,
        ulong index,
        CancellationToken cancellationToken
    )
    {
        var rows = await db
            .Transactions.AsNoTracking()
            .Where(row => row.ApplicationId == applicationId && row.EpochIndex == index)
            .OrderBy(row => row.Id)
            .Take(MostTransactions)
            .ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var replaced = await db
            .ReplacedTransactions.AsNoTracking()
            .Where(version => ids.Contains(version.TransactionId))
            .OrderBy(version => version.ReplacedAt)
            .Take(MostTransactions)
            .ToListAsync(cancellationToken);
        var versions = replaced.ToLookup(version => version.TransactionId);
        var mined = await db
            .MinedTransactions.AsNoTracking()
            .Where(cost => ids.Contains(cost.TransactionId))
            .ToDictionaryAsync(cost => cost.TransactionId, cancellationToken);
        return rows.ConvertAll(row => Describe(row, versions[row.Id], mined.GetValueOrDefault(row.Id)));
    }

    private static EpochTransaction Describe(L1Transaction row, IEnumerable<ReplacedTransaction> replaced, MinedTransaction? mined) =>
        new()
        {
            Kind = row.Kind,
            Hash = row.TransactionHash,
            Outcome = row.State,
            Signer = row.Signer,
            Nonce = row.Nonce,
            To = row.To,
            Value = row.Value,
            Mined = EpochTransactionCost.Of(mined),
            GasLimit = row.GasLimit,
            MaxFeePerGas = row.MaxFeePerGas,
            MaxPriorityFeePerGas = row.MaxPriorityFeePerGas,
            MaxFee = (decimal)row.GasLimit * row.MaxFeePerGas,
            SentAtBlock = row.SentAtBlock,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            Replaced =
            [
                .. replaced.Select(version => new EpochTransactionVersion
                {
                    Hash = version.TransactionHash,
                    MaxFeePerGas = version.MaxFeePerGas,
                    MaxPriorityFeePerGas = version.MaxPriorityFeePerGas,
                    SentAtBlock = version.SentAtBlock,
                    ReplacedAt = version.ReplacedAt,
                }),
            ],
        };
}
