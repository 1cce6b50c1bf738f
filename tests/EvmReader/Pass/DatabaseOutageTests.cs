using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>The database goes away while a pass stores what it has read.</summary>
public sealed class DatabaseOutageTests() : PassTests(null)
{
    private static readonly SqliteException DiskFull = new("database or disk is full", 13);

    [Fact]
    public async Task A_pass_that_cannot_store_inputs_fails_and_the_runner_repeats_it()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);

        await FailsAsync(20);
        (await Host.InputsAsync(app)).ShouldBeEmpty();

        Host.Commits.Outage = null;
        (await Host.PassAsync(20)).Done.ShouldBe(1);
        (await Host.InputsAsync(app)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_pass_that_cannot_record_executed_outputs_fails_and_the_runner_repeats_it()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(20);
        await Host.ChangeAsync(db =>
            Task.FromResult(
                db.Add(
                    new Output
                    {
                        ApplicationId = app.Id,
                        Index = 0,
                        InputIndex = 0,
                        EpochIndex = 1,
                        RawData = [1],
                    }
                )
            )
        );
        var log = Chain.ExecuteOutput(app.Address, 25, 0, [1]);

        await FailsAsync(30);

        Host.Commits.Outage = null;
        (await Host.PassAsync(30)).Done.ShouldBe(1);
        (await Host.ReadAsync(db => db.Outputs.SingleAsync())).ExecutionTransactionHash.ShouldBe(log.TransactionHash);
    }

    [Fact]
    public async Task A_failure_of_one_application_leaves_the_others_alone()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        Host.Commits.FailAfter(0, CommitEnd.NotCommitted);

        (await Host.PassAsync(20)).Done.ShouldBe(0);

        Host.Log.AtLeast(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("could not be stored");
        (await Host.PassAsync(20)).Done.ShouldBe(1);
    }

    private async Task FailsAsync(ulong head)
    {
        Host.Commits.Outage = DiskFull;
        await Should.ThrowAsync<SqliteException>(() => Host.PassAsync(head));
        Host.Log.AtLeast(LogLevel.Error).ShouldBeEmpty();
    }
}
