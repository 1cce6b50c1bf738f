using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Claimer;

/// <summary>
/// Reads what claims are judged by. For many applications at once it takes as many requests as for one, so a head costs the endpoint
/// the same whatever the number of unsettled claims.
/// </summary>
internal sealed partial class ClaimViews(IEthereumClient client, ChainPolicy chain, ChainClaims claims, ILogger<ClaimViews> logger)
{
    // Applications per filter; providers refuse longer lists.
    private const int ApplicationsInOneFilter = 500;

    // Searches that begin within so many blocks of each other are one search.
    private const ulong BlocksApart = 256;

    private readonly ConcurrentDictionary<Address, ClaimReading> _ahead = new();

    /// <summary>
    /// Reads for all these applications, before their runs. An application for which this fails reads alone, and its run reports the
    /// failure.
    /// </summary>
    public async Task ReadAheadAsync(IReadOnlyCollection<Application> due, CancellationToken cancellationToken)
    {
        _ahead.Clear();
        if (due.Count < 2)
            return;
        try
        {
            if (await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top)
                return;
            // What begins above the top has nothing to search, and joins any group.
            foreach (var group in due.GroupBy(app => Math.Min(claims.NextBlock(app), top.Number) / BlocksApart))
            {
                foreach (var part in group.Chunk(ApplicationsInOneFilter))
                    await ReadTogetherAsync(part, top.Number, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException or AbiException)
        {
            LogAlone(logger, due.Count, exception.Message);
        }
    }

    /// <summary>Takes what was read ahead for the application's run; null if nothing was.</summary>
    public ClaimReading? TakeAhead(Address? application) =>
        application is { } address && _ahead.TryRemove(address, out var reading) ? reading : null;

    /// <summary>
    /// The chain at the configured tag, read at one block; null if there is no such block yet, or it cannot be read consistently.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="ahead">What was read ahead for it, if anything: no request is needed then.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<ClaimView?> ReadAsync(Application application, ClaimReading? ahead, CancellationToken cancellationToken)
    {
        if (ahead is not null)
        {
            var moved = ConsensusChange(application, ahead.Top, ahead.Validator);
            if ((moved is null ? claims.Add(application, ahead.Logs) : new FoundClaims(0)) is { } known)
                return new ClaimView(ahead.Top, moved, known);
        }

        if (await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top)
            return null;
        var validator = await client.CallAsync(
            ApplicationContract.GetOutputsMerkleRootValidator(application.Address),
            BlockTag.At(top.Number),
            cancellationToken
        );
        var change = ConsensusChange(application, top.Number, validator);
        return (change is null ? await claims.SearchAsync(application, top.Number, cancellationToken) : new FoundClaims(0)) is { } found
            ? new ClaimView(top.Number, change, found)
            : null;
    }

    private async Task ReadTogetherAsync(IReadOnlyList<Application> applications, ulong top, CancellationToken cancellationToken)
    {
        var validators = await client.CallManyAsync(
            [.. applications.Select(app => ApplicationContract.GetOutputsMerkleRootValidator(app.Address))],
            BlockTag.At(top),
            cancellationToken
        );
        var from = applications.Min(claims.NextBlock);
        var (submitted, accepted) = await claims.ReadAsync(applications, from, top, cancellationToken);
        foreach (var (application, validator) in applications.Zip(validators))
        {
            if (validator.Data is not { } data)
                continue;
            bool IsOfIt(Claim claim) => claim.Application == application.Address && claim.Log.Address == application.ConsensusAddress;
            var logs = new ClaimLogs(from, top, [.. submitted.Where(IsOfIt)], [.. accepted.Where(IsOfIt)]);
            _ahead[application.Address] = new ClaimReading(top, data, logs);
        }
    }

    private static string? ConsensusChange(Application application, ulong top, byte[] validator) =>
        validator.Length > 0 && new AbiReader(validator).Address(0) is var consensus && consensus != application.ConsensusAddress
            ? $"consensus_changed: at block {top} the application {application.Address} names the consensus contract "
                + $"{consensus}, but it was registered with {application.ConsensusAddress}. "
                + "Claims to the old one are worthless and none is made. Register the application anew if its owner meant the change."
            : null;

    [LoggerMessage(
        1,
        LogLevel.Debug,
        "The claims of {Count} applications could not be read together: {Error} Each of them is read alone."
    )]
    private static partial void LogAlone(ILogger logger, int count, string error);
}
