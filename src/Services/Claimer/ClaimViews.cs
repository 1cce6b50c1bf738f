using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Claimer;

/// <summary>
/// Reads what claims are judged by. For many applications at once it takes as many requests as for one, so a head costs the endpoint the
/// same whatever the number of unsettled claims. An application whose search is long reads alone, in its own run, and delays no other.
/// </summary>
internal sealed partial class ClaimViews(IEthereumClient client, ChainPolicy chain, ChainClaims claims, ILogger<ClaimViews> logger)
{
    // Applications per filter; providers refuse longer lists.
    private const int ApplicationsInOneFilter = 500;

    // A search of more blocks is no search for news.
    private const ulong LongSearch = 1_000;

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
        BlockHeader? top = null;
        await TryAsync(due.Count, async () => top = await client.GetBlockAsync(chain.Tag, cancellationToken));
        if (top is null)
            return;
        var most = Math.Min(LongSearch, client.BlocksPerStep);
        // What begins above the top has nothing to search.
        var near = due.Where(app => top.Number - Math.Min(claims.NextBlock(app), top.Number) <= most);
        foreach (var part in near.Chunk(ApplicationsInOneFilter))
            await TryAsync(part.Length, () => ReadTogetherAsync(part, top.Number, cancellationToken));
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
        if (ahead is not null && claims.Add(application, ahead.Logs) is { } known)
            return new ClaimView(ahead.Top, null, known);

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
        // A contract that was replaced has no claims to search for. The run of an application with another odd answer reports it.
        var same = applications.Zip(validators).Where(pair => NamesOurs(pair.First, top, pair.Second)).Select(pair => pair.First).ToList();
        if (same.Count == 0)
            return;
        var from = same.Min(claims.NextBlock);
        var (submitted, accepted) = await claims.ReadAsync(same, from, top, cancellationToken);
        foreach (var application in same)
        {
            bool IsOfIt(Claim claim) => claim.Application == application.Address && claim.Log.Address == application.ConsensusAddress;
            var logs = new ClaimLogs(from, top, [.. submitted.Where(IsOfIt)], [.. accepted.Where(IsOfIt)]);
            _ahead[application.Address] = new ClaimReading(top, logs);
        }
    }

    private async Task TryAsync(int applications, Func<Task> readAsync)
    {
        try
        {
            await readAsync();
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException or AbiException)
        {
            LogAlone(logger, applications, exception.Message);
        }
    }

    private static bool NamesOurs(Application application, ulong top, CallOutcome validator)
    {
        try
        {
            return validator.Data is { } data && ConsensusChange(application, top, data) is null;
        }
        catch (AbiException)
        {
            return false;
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
