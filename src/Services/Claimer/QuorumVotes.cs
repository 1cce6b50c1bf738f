using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Claimer;

/// <summary>
/// Logs a Quorum's votes on an epoch: each vote once, those for another claim separately, and the moment from which no claim can win.
/// Decides nothing: only the contract decides what is accepted.
/// </summary>
internal sealed partial class QuorumVotes(IEthereumClient client, ISubmitClaims submit, ILogger<QuorumVotes> logger)
{
    private static readonly Counter<long> Votes = Telemetry.Meter.CreateCounter<long>(
        "rollups.claimer.votes",
        "{vote}",
        "Votes of a Quorum that were seen, for the claim that this node computed or for another one"
    );

    private readonly ConcurrentDictionary<int, Told> _told = new();

    /// <param name="application">A Quorum's application; used by one run at a time.</param>
    /// <param name="epoch">Its oldest unsettled epoch.</param>
    /// <param name="found">The claims found on the chain.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task ReportAsync(Application application, Epoch epoch, FoundClaims found, ulong top, CancellationToken cancellationToken)
    {
        var votes = found.Submitted.Where(claim => claim.LastBlock == epoch.LastBlock).ToList();
        if (votes.Count == 0)
            return;
        var told = _told.AddOrUpdate(
            application.Id,
            _ => new Told(epoch.Index),
            (_, earlier) => earlier.Epoch == epoch.Index ? earlier : new Told(epoch.Index)
        );
        foreach (var vote in votes.Where(vote => told.Voters.Add(vote.Submitter!.Value)))
            Report(application, epoch, vote);
        if (told.IsSplit || votes.TrueForAll(vote => vote.OutputsMerkleRoot == epoch.OutputsMerkleRoot))
            return;
        var validators = new AbiReader(
            await client.CallAsync(QuorumContract.NumberOfValidators(application.ConsensusAddress), BlockTag.At(top), cancellationToken)
        ).Number(0, "number of validators");
        told.IsSplit = IsSplit(votes, validators);
        if (told.IsSplit)
            LogSplit(
                logger,
                application.Name,
                epoch.Index,
                votes.Count,
                validators,
                votes.DistinctBy(vote => vote.OutputsMerkleRoot).Count()
            );
    }

    /// <summary>Whether no claim can still reach more than half of the validators, however the missing ones vote.</summary>
    internal static bool IsSplit(IReadOnlyCollection<Claim> votes, ulong validators)
    {
        var most = (ulong)votes.GroupBy(vote => vote.OutputsMerkleRoot).Max(claim => claim.Count());
        var missing = validators - Math.Min(validators, (ulong)votes.Count);
        return most + missing <= validators / 2;
    }

    private void Report(Application application, Epoch epoch, Claim vote)
    {
        var isOurs = vote.Submitter == submit.Account;
        var agrees = vote.OutputsMerkleRoot == epoch.OutputsMerkleRoot;
        Votes.Add(
            1,
            new("application", application.Name),
            new("by", isOurs ? "this node" : "another validator"),
            new("claim", agrees ? "same" : "other")
        );
        if (isOurs)
            return;
        if (agrees)
            LogSame(logger, application.Name, epoch.Index, vote.Submitter!.Value);
        else
            LogOther(logger, application.Name, epoch.Index, vote.Submitter!.Value, vote.OutputsMerkleRoot, epoch.OutputsMerkleRoot);
    }

    [LoggerMessage(30, LogLevel.Information, "{Application}: validator {Validator} votes for this node's claim of epoch {Epoch}.")]
    private static partial void LogSame(ILogger logger, string application, ulong epoch, Address validator);

    [LoggerMessage(
        31,
        LogLevel.Warning,
        "{Application}: for epoch {Epoch} validator {Validator} votes for {Other}, while this node computed {Ours}. Nothing stops; the "
            + "majority decides."
    )]
    private static partial void LogOther(ILogger logger, string application, ulong epoch, Address validator, Hash32 other, Hash32? ours);

    [LoggerMessage(
        32,
        LogLevel.Warning,
        "{Application}: the Quorum is split on epoch {Epoch}: {Votes} of {Validators} validators have voted for {Claims} claims, and none "
            + "can reach a majority any more. The epoch stays submitted and later ones wait; the validators have to find out whose machine "
            + "differs and set the application up anew."
    )]
    private static partial void LogSplit(ILogger logger, string application, ulong epoch, int votes, ulong validators, int claims);

    private sealed class Told(ulong epoch)
    {
        public ulong Epoch { get; } = epoch;

        public HashSet<Address> Voters { get; } = [];

        public bool IsSplit { get; set; }
    }
}
