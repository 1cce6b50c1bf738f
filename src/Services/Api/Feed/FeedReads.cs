using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Rpc;
using Rollups.Api.Stories;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>
/// What single subscribers ask of the database: few at a time, however many connect at once. Streams are not among the requests in
/// flight, because they stay.
/// </summary>
internal sealed class FeedReads(FeedStore store, IServiceScopeFactory scopes) : IDisposable
{
    private const int PageSize = 100;
    private const int AtOnce = 4;
    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);

    /// <summary>A page of the log, for a subscriber that the ring has moved past.</summary>
    public Task<IReadOnlyList<FeedItem>> PageAsync(string log, long after, CancellationToken cancellationToken) =>
        InTurnAsync<IReadOnlyList<FeedItem>>(
            async () => (await store.PageAsync(after, PageSize, cancellationToken)).ConvertAll(row => FeedItem.Of(log, row)),
            cancellationToken
        );

    /// <summary>Number of the newest event of the log.</summary>
    public Task<long> LastAsync(CancellationToken cancellationToken) =>
        InTurnAsync(async () => (await store.HeadAsync(cancellationToken)).Last, cancellationToken);

    /// <summary>Addresses of the applications.</summary>
    /// <exception cref="UnknownApplicationException">The node does not know one.</exception>
    public async Task<FrozenSet<Address>> AddressesAsync(IReadOnlyList<ApplicationKey> keys, CancellationToken cancellationToken)
    {
        var addresses = keys.Select(key => key.Address).OfType<Address>().ToList();
        var names = keys.Select(key => key.Name).OfType<string>().ToList();
        var known = await InTurnAsync(
            async () =>
            {
                await using var scope = scopes.CreateAsyncScope();
                return await scope
                    .ServiceProvider.GetRequiredService<RollupsDbContext>()
                    .Applications.Where(app => addresses.Contains(app.Address) || names.Contains(app.Name))
                    .Select(app => new { app.Address, app.Name })
                    .ToListAsync(cancellationToken);
            },
            cancellationToken
        );
        foreach (var key in keys.Where(key => !known.Exists(app => app.Address == key.Address || app.Name == key.Name)))
            throw new UnknownApplicationException($"This node has no application {key}: check its address or name.");
        return known.Select(app => app.Address).ToFrozenSet();
    }

    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await read();
        }
        finally
        {
            _turns.Release();
        }
    }
}
