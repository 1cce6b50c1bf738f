using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Queries;

/// <summary>
/// Rows of PRT as clients see them. They are read through their tournament, which has their epoch, and through the epoch, which has the
/// times.
/// </summary>
internal static class TournamentRows
{
    /// <summary>The tournament that a request names, with its epoch.</summary>
    public static async Task<IQueryable<Tournament>> OneAsync(RpcCall call)
    {
        var (id, epoch) = (await call.ApplicationIdAsync(), call.Get(Parameters.EpochIndex));
        var address = call.Get(Parameters.TournamentAddress);
        return call.Db.Tournaments.Where(row => row.ApplicationId == id && row.Address == address && row.EpochIndex == epoch);
    }

    public static IQueryable<WireTournament> Tournaments(
        RollupsDbContext db,
        int applicationId,
        Func<IQueryable<Tournament>, IQueryable<Tournament>> filter
    ) =>
        from row in filter(db.Tournaments.Where(row => row.ApplicationId == applicationId))
        join epoch in db.Epochs on new { row.ApplicationId, Index = row.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
        select new WireTournament
        {
            EpochIndex = row.EpochIndex,
            Address = row.Address,
            ParentTournamentAddress = row.ParentAddress,
            ParentMatchIdHash = row.ParentMatchIdHash,
            MaxLevel = row.MaxLevel,
            Level = row.Level,
            Log2step = row.Log2Step,
            Height = row.Height,
            WinnerCommitment = row.WinnerCommitment,
            FinalStateHash = row.FinalStateHash,
            FinishedAtBlock = row.FinishedAtBlock ?? 0,
            CreatedAt = epoch.CreatedAt,
            UpdatedAt = epoch.UpdatedAt,
        };

    public static IQueryable<WireCommitment> Commitments(RollupsDbContext db, IQueryable<Tournament> tournaments) =>
        from tournament in tournaments
        join epoch in db.Epochs
            on new { tournament.ApplicationId, Index = tournament.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
        join row in db.TournamentCommitments
            on new { tournament.ApplicationId, tournament.Address } equals new { row.ApplicationId, Address = row.TournamentAddress }
        select new WireCommitment
        {
            EpochIndex = tournament.EpochIndex,
            TournamentAddress = row.TournamentAddress,
            Commitment = row.Commitment,
            FinalStateHash = row.FinalStateHash,
            SubmitterAddress = row.Submitter,
            BlockNumber = row.BlockNumber,
            TxHash = row.TransactionHash,
            CreatedAt = epoch.CreatedAt,
            UpdatedAt = epoch.UpdatedAt,
        };

    public static IQueryable<WireMatch> Matches(RollupsDbContext db, IQueryable<Tournament> tournaments) =>
        from tournament in tournaments
        join epoch in db.Epochs
            on new { tournament.ApplicationId, Index = tournament.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
        join row in db.TournamentMatches
            on new { tournament.ApplicationId, tournament.Address } equals new { row.ApplicationId, Address = row.TournamentAddress }
        select new WireMatch
        {
            EpochIndex = tournament.EpochIndex,
            TournamentAddress = row.TournamentAddress,
            IdHash = row.IdHash,
            CommitmentOne = row.CommitmentOne,
            CommitmentTwo = row.CommitmentTwo,
            LeftOfTwo = row.LeftOfTwo,
            BlockNumber = row.BlockNumber,
            TxHash = row.TransactionHash,
            WinnerCommitment = row.Winner,
            DeletionReason = row.Deletion,
            DeletionBlockNumber = row.DeletionBlockNumber,
            DeletionTxHash = row.DeletionTransactionHash,
            CreatedAt = epoch.CreatedAt,
            UpdatedAt = epoch.UpdatedAt,
        };

    public static IQueryable<WireMatchAdvance> Advances(RollupsDbContext db, IQueryable<Tournament> tournaments) =>
        from tournament in tournaments
        join epoch in db.Epochs
            on new { tournament.ApplicationId, Index = tournament.EpochIndex } equals new { epoch.ApplicationId, epoch.Index }
        join row in db.MatchAdvances
            on new { tournament.ApplicationId, tournament.Address } equals new { row.ApplicationId, Address = row.TournamentAddress }
        select new WireMatchAdvance
        {
            EpochIndex = tournament.EpochIndex,
            TournamentAddress = row.TournamentAddress,
            IdHash = row.MatchIdHash,
            OtherParent = row.OtherParent,
            LeftNode = row.LeftNode,
            BlockNumber = row.BlockNumber,
            TxHash = row.TransactionHash,
            CreatedAt = epoch.CreatedAt,
            UpdatedAt = epoch.UpdatedAt,
        };
}
