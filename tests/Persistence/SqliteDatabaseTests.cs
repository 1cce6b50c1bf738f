using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;

namespace Rollups.Persistence.Tests;

public sealed class SqliteDatabaseTests : IAsyncLifetime
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"rollups-{Guid.NewGuid():N}.db");
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Database:ConnectionString", $"Data Source={_file}")]).Build();
        _services = new ServiceCollection().AddRollupsPersistence(configuration).BuildServiceProvider();
        await _services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        File.Delete(_file);
    }

    [Fact]
    public async Task An_epoch_moves_forward_and_never_skips_a_stage()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scope = _services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var app = new Application
        {
            Name = "echo", Address = new Address(new byte[20]), ConsensusAddress = default, InputBoxAddress = default, InputBoxBlock = 1, DeploymentBlock = 1,
            TemplateHash = default, TemplateUri = "echo:", EpochLength = 10, ConsensusType = ConsensusType.Authority,
        };
        db.Add(app);
        await db.SaveChangesAsync(token);
        db.Add(new Epoch { ApplicationId = app.Id, Index = 3, FirstBlock = 30, LastBlock = 39, InputIndexUpperBound = 2, OpenedAt = DateTimeOffset.UnixEpoch });
        await db.SaveChangesAsync(token);
        db.AddRange(Enumerable.Range(0, 2).Reverse().Select(i => new Input { ApplicationId = app.Id, Index = (ulong)i, EpochIndex = 3, RawData = [1], LogIndex = (ulong)i }));
        await db.SaveChangesAsync(token);

        (await db.MoveEpochAsync(app.Id, 3, EpochStatus.Closed, EpochStatus.InputsProcessed, DateTimeOffset.UnixEpoch, null, token)).ShouldBeFalse();
        (await db.MoveEpochAsync(app.Id, 3, EpochStatus.Open, EpochStatus.Closed, DateTimeOffset.UnixEpoch, null, token)).ShouldBeTrue();
        await Should.ThrowAsync<Exception>(() => db.MoveEpochAsync(app.Id, 3, EpochStatus.Closed, EpochStatus.ClaimCalculated, DateTimeOffset.UnixEpoch, null, token));
        (await db.Epochs.AsNoTracking().SingleAsync(token)).ClosedAt.ShouldBe(DateTimeOffset.UnixEpoch);
    }
}
