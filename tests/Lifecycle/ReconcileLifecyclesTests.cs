using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Lifecycle.Tests;

public sealed class ReconcileLifecyclesTests : IAsyncLifetime
{
    private EpochsOnSqlite _database = null!;
    private int _echo;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await EpochsOnSqlite.StartAsync();
        _echo = await _database.AddApplicationAsync(EpochsOnSqlite.Echo, "echo");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    public static TheoryData<EpochStatus, string> Statuses =>
        new()
        {
            { EpochStatus.Open, "Opened" },
            { EpochStatus.Closed, "Closed" },
            { EpochStatus.InputsProcessed, "InputsProcessed" },
            { EpochStatus.ClaimCalculated, "ClaimCalculated" },
            { EpochStatus.ClaimSubmitted, "ClaimSubmitted" },
            { EpochStatus.ClaimAccepted, "Accepted" },
            { EpochStatus.ClaimRejected, "Rejected" },
        };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task An_epoch_whose_events_were_all_lost_gets_its_whole_story(EpochStatus status, string state)
    {
        await _database.AddEpochAsync(_echo, 0, status);

        (await _database.SyncAsync()).ShouldBe(1);

        var epoch = await _database.EpochAsync(0);
        var saga = (await _database.SagaAsync(0)).ShouldNotBeNull();
        saga.CorrelationId.ShouldBe(EpochCorrelation.Id(EpochHistory.ChainId, EpochHistory.Application, 0));
        saga.CurrentState.ShouldBe(state);
        saga.ApplicationName.ShouldBe("echo");
        saga.OpenedAt.ShouldBe(epoch.OpenedAt);
        saga.ClosedAt.ShouldBe(epoch.ClosedAt);
        saga.InputsProcessedAt.ShouldBe(epoch.InputsProcessedAt);
        saga.ClaimCalculatedAt.ShouldBe(epoch.ClaimCalculatedAt);
        saga.ClaimSubmittedAt.ShouldBe(epoch.ClaimSubmittedAt);
        saga.AcceptedAt.ShouldBe(status == EpochStatus.ClaimAccepted ? epoch.ClaimSettledAt : null);
        saga.RejectedAt.ShouldBe(status == EpochStatus.ClaimRejected ? epoch.ClaimSettledAt : null);
        saga.ClaimTransactionHash.ShouldBe(epoch.ClaimTransactionHash);
        (saga.OutputsMerkleRoot is not null).ShouldBe(status >= EpochStatus.ClaimCalculated);
    }

    [Fact]
    public async Task What_is_right_is_left_alone()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        await _database.SyncAsync();

        (await _database.SyncAsync()).ShouldBe(0);
        _database.NewWork();
        (await _database.SyncAsync()).ShouldBe(0);
        (await _database.SagaAsync(0))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_saga_that_lags_catches_up_at_every_step()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.Open);
        await _database.SyncAsync();
        EpochStatus[] path =
        [
            EpochStatus.Open,
            EpochStatus.Closed,
            EpochStatus.InputsProcessed,
            EpochStatus.ClaimCalculated,
            EpochStatus.ClaimSubmitted,
            EpochStatus.ClaimAccepted,
        ];
        foreach (var (from, to) in path.Zip(path.Skip(1)))
        {
            await _database.MoveAsync(_echo, 0, from, to);
            (await _database.SyncAsync()).ShouldBe(1);
            (await _database.SagaAsync(0))!.CurrentState.ShouldBe(EpochRowStory.StateOf(to));
        }
    }

    [Fact]
    public async Task A_claim_that_was_taken_back_is_found_in_every_stage_of_its_rounds_though_no_event_came()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        await _database.SyncAsync();
        var first = (await _database.TakeBackAsync(_echo, 0)).ClaimRevertedAt;
        (await _database.SyncAsync()).ShouldBe(1);
        var saga = (await _database.SagaAsync(0))!;
        (saga.CurrentState, saga.ClaimRound, saga.ClaimRevertedAt).ShouldBe(("ClaimCalculated", 1, first));
        (saga.ClaimSubmittedAt, saga.AcceptedAt, saga.ClaimTransactionHash).ShouldBe((null, null, null));

        // Taken back and accepted again between two syncs: the state is the same, the round is not.
        await _database.MoveAsync(_echo, 0, EpochStatus.ClaimCalculated, EpochStatus.ClaimAccepted);
        await _database.SyncAsync();
        var second = (await _database.TakeBackAsync(_echo, 0)).ClaimRevertedAt;
        await _database.MoveAsync(_echo, 0, EpochStatus.ClaimCalculated, EpochStatus.ClaimAccepted);
        (await _database.SyncAsync()).ShouldBe(1);
        (saga, var row) = ((await _database.SagaAsync(0))!, await _database.EpochAsync(0));
        (saga.CurrentState, saga.ClaimRound, saga.ClaimRevertedAt, saga.ClaimSubmittedAt, saga.AcceptedAt).ShouldBe(
            ("Accepted", 2, second, row.ClaimSubmittedAt, row.ClaimSettledAt)
        );
        (await _database.SyncAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_missing_time_of_a_settled_epoch_is_filled_in()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        await _database.SyncAsync();
        await _database.UseAsync(db =>
            db.EpochLifecycles.ExecuteUpdateAsync(set => set.SetProperty(saga => saga.InputsProcessedAt, (DateTimeOffset?)null), Cancel)
        );

        (await _database.SyncAsync()).ShouldBe(1);

        (await _database.SagaAsync(0))!.InputsProcessedAt.ShouldBe((await _database.EpochAsync(0)).InputsProcessedAt);
    }

    [Fact]
    public async Task A_forged_event_that_ran_ahead_is_taken_back()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.Closed);
        await _database.SyncAsync();
        await _database.UseAsync(db =>
            db.EpochLifecycles.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(saga => saga.CurrentState, "Rejected")
                        .SetProperty(saga => saga.RejectedAt, EpochHistory.Start)
                        .SetProperty(saga => saga.RejectionReason, "forged")
                        .SetProperty(saga => saga.OutputsMerkleRoot, Hash32.Zero),
                Cancel
            )
        );

        (await _database.SyncAsync()).ShouldBe(1);

        var saga = (await _database.SagaAsync(0))!;
        saga.CurrentState.ShouldBe("Closed");
        saga.RejectedAt.ShouldBeNull();
        saga.RejectionReason.ShouldBeNull();
        saga.OutputsMerkleRoot.ShouldBeNull();
    }

    [Fact]
    public async Task A_long_backlog_is_done_in_batches_and_by_application()
    {
        var other = await _database.AddApplicationAsync(Address.Parse("0x00000000000000000000000000000000000000aa"), "other");
        for (ulong index = 0; index < 7; index++)
            await _database.AddEpochAsync(_echo, index, EpochStatus.ClaimAccepted);
        await _database.AddEpochAsync(other, 100, EpochStatus.Open);
        var work = _database.NewWork(batchSize: 3);

        (await work.FindDueAsync(Cancel))
            .Select(key => key.Application)
            .ShouldBe([EpochsOnSqlite.Echo, Address.Parse("0x00000000000000000000000000000000000000aa")], ignoreOrder: true);
        (await _database.SyncAsync()).ShouldBe(8);
        (await work.FindDueAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_settled_epoch_of_long_ago_is_checked_once_after_a_start_and_then_no_more()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        await _database.SyncAsync();
        _database.Clock.Advance(TimeSpan.FromHours(1));
        await _database.SyncAsync();
        await _database.UseAsync(db => db.EpochLifecycles.ExecuteDeleteAsync(Cancel));

        (await _database.SyncAsync()).ShouldBe(0);
        _database.NewWork();
        (await _database.SyncAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(EpochStatus.ClaimAccepted)]
    [InlineData(EpochStatus.ClaimRejected)]
    public async Task An_end_that_a_process_a_day_behind_wrote_is_found_though_its_event_was_lost(EpochStatus end)
    {
        for (ulong index = 0; index < 3; index++)
            await _database.AddEpochAsync(_echo, index, EpochStatus.ClaimSubmitted);
        await _database.SyncAsync();
        await _database.MoveAsync(_echo, 1, EpochStatus.ClaimSubmitted, end);
        var yesterday = _database.Clock.GetUtcNow().AddDays(-1);
        await _database.UseAsync(db =>
            db.Epochs.Where(epoch => epoch.Index == 1)
                .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.UpdatedAt, yesterday), Cancel)
        );

        (await _database.SyncAsync()).ShouldBe(1);

        (await _database.SagaAsync(1))!.CurrentState.ShouldBe(EpochRowStory.StateOf(end));
        (await _database.SyncAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_failed_is_found_again_however_late()
    {
        await _database.AddEpochAsync(_echo, 0, EpochStatus.ClaimAccepted);
        (await _database.Work.FindDueAsync(Cancel)).Count.ShouldBe(1);
        _database.Clock.Advance(TimeSpan.FromHours(1));

        (await _database.SyncAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_search_uses_the_indexes_and_never_walks_the_epochs()
    {
        var plan = await _database.UseAsync(async db =>
        {
            var sql = LaggingEpochs.Query(db, EpochHistory.ChainId, EpochHistory.Start).Select(epoch => epoch.Application).ToQueryString();
            await db.Database.OpenConnectionAsync(Cancel);
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = System
                .Text.RegularExpressions.Regex.Replace(
                    sql,
                    @"^\.param set (\S+) (.+)$",
                    "",
                    System.Text.RegularExpressions.RegexOptions.Multiline
                )
                .Insert(0, "EXPLAIN QUERY PLAN ");
            foreach (
                System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(
                    sql,
                    @"^\.param set (\S+) (.+)$",
                    System.Text.RegularExpressions.RegexOptions.Multiline
                )
            )
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = match.Groups[1].Value;
                parameter.Value = match.Groups[2].Value;
                command.Parameters.Add(parameter);
            }
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            var lines = new List<string>();
            while (await reader.ReadAsync(Cancel))
                lines.Add(reader.GetString(3));
            return lines;
        });

        plan.ShouldContain(line => line.Contains("ix_epochs_unfinished"));
        plan.ShouldContain(line => line.Contains("updated_at>"));
        plan.ShouldContain(line => line.Contains("ix_epoch_lifecycles_state"));
        plan.ShouldNotContain(line =>
            (line.StartsWith("SCAN e", StringComparison.Ordinal) && !line.Contains("ix_epochs_unfinished")) || line.Contains("updated_at<")
        );
    }
}
