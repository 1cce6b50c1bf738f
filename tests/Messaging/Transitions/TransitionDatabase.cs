using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Transitions;

/// <summary>A database and a node on it that commits and delivers nothing, so that what was published is still in the outbox.</summary>
internal sealed class TransitionDatabase : IAsyncDisposable
{
    private readonly FreshDatabase _database;
    private readonly TestSettings _settings;
    private readonly TestNode _node;
    private readonly List<AsyncServiceScope> _scopes = [];

    private TransitionDatabase(FreshDatabase database, TestSettings settings, TestNode node) =>
        (_database, _settings, _node) = (database, settings, node);

    public IUnitOfWork Unit => _node.Services.GetRequiredService<IUnitOfWork>();

    public static async Task<TransitionDatabase> CreateAsync(DatabaseKind kind)
    {
        var database = await FreshDatabase.ToMigrateAsync(kind);
        var settings = TestSettings.On(database);
        return new TransitionDatabase(database, settings, await TestNode.BuildAsync(settings));
    }

    /// <summary>A context in a scope of its own, disposed with the database.</summary>
    public RollupsDbContext NewContext()
    {
        var scope = _node.Services.CreateAsyncScope();
        _scopes.Add(scope);
        return scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
    }

    /// <summary>One unit with one move.</summary>
    public Task<bool> MoveAsync(Func<EpochTransitions, CancellationToken, Task<bool>> move) =>
        Unit.ExecuteAsync((scope, token) => move(scope.Transitions, token), Patience.Token);

    public Task<Application> ApplicationAsync(int id) =>
        _node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(row => row.Id == id, Patience.Token));

    public Task<Epoch> EpochAsync(int applicationId, ulong index = 3) =>
        _node.ReadAsync(db =>
            db.Epochs.AsNoTracking().SingleAsync(row => row.ApplicationId == applicationId && row.Index == index, Patience.Token)
        );

    /// <summary>Names of the events that were published, in order.</summary>
    public Task<List<string>> EventsAsync() =>
        _node.ReadAsync(async db =>
            (
                await db
                    .Outbox.AsNoTracking()
                    .OrderBy(message => message.Id)
                    .Select(message => message.MessageType)
                    .ToListAsync(Patience.Token)
            ).ConvertAll(type => type.Split(';')[0].Split(':')[^1])
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var scope in _scopes)
            await scope.DisposeAsync();
        await _node.DisposeAsync();
        _settings.Dispose();
        _database.Dispose();
    }
}
