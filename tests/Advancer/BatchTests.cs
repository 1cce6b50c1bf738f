using CsCheck;
using Microsoft.EntityFrameworkCore;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Results are stored in batches while the machine runs on; nothing but their number of transactions tells.</summary>
public sealed class BatchTests : OnDatabase
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Gen<string[][]> Histories =>
        Gen.Frequency((6, Gen.Int[0, 999].Select(i => $"payload {i}")), (2, Gen.Const("reject")), (1, Gen.Const("silent")))
            .Array[0, 12]
            .Array[1, 4];

    [Theory]
    [OnBothDatabases]
    public async Task A_result_that_comes_alone_is_stored_while_the_next_input_still_runs(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        var stored = new List<ulong>();
        host.Machines.Before = async input =>
        {
            await host.UntilProcessedAsync(app, input);
            stored.Add((await host.ApplicationAsync(app)).ProcessedInputs);
        };

        await host.PassAsync();

        stored.ShouldBe([0UL, 1UL, 2UL]);
        await host.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task What_runs_while_a_transaction_is_under_way_is_stored_in_one(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Open, [.. Enumerable.Range(0, 20).Select(i => $"payload {i}")]);
        var (committing, mayCommit) = (Source(), Source());
        host.Commits.Before = () =>
        {
            committing.TrySetResult();
            return mayCommit.Task;
        };
        host.Machines.Before = async input =>
        {
            if (input == 1)
                await committing.Task.WaitAsync(Cancel);
            // The last one: all others wait for the first one's transaction.
            if (input == 19)
                mayCommit.SetResult();
        };

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        var times = await host.ReadAsync(db =>
            db.Inputs.Where(row => row.ApplicationId == app.Id).OrderBy(row => row.Index).Select(row => row.UpdatedAt).ToListAsync(Cancel)
        );
        // The last one may have come just after the batch of the others was taken.
        times.Take(19).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_full_batch_makes_the_machine_wait_for_its_transaction(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:StoreBatchSize", "3"));
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Open, [.. Enumerable.Range(0, 12).Select(i => $"payload {i}")]);
        var (fourth, mayCommit) = (Source(), Source());
        host.Commits.Before = () => mayCommit.Task;
        host.Machines.Before = input =>
        {
            if (input == 3)
                fourth.SetResult();
            return Task.CompletedTask;
        };

        var pass = host.PassAsync();
        await fourth.Task.WaitAsync(Cancel);
        // The first is in its transaction, and three are the next batch. A machine that did not wait would go on during these.
        for (var i = 0; i < 20; i++)
            await host.ApplicationAsync(app);
        host.Machines.Runs.Count.ShouldBe(4);
        mayCommit.SetResult();
        await pass;

        await host.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_turn_reads_page_after_page_up_to_its_number_of_inputs(DatabaseKind kind)
    {
        var host = await HostAsync(
            kind,
            ("Services:Advancer:StoreBatchSize", "3"),
            ("Services:Advancer:InputBatchSize", "10"),
            ("Services:Advancer:TurnTime", "01:00:00")
        );
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, [.. Enumerable.Range(0, 9).Select(i => $"payload {i}")]);
        await host.AddEpochAsync(app, EpochStatus.Open, [.. Enumerable.Range(9, 5).Select(i => $"payload {i}")]);

        var first = await host.TurnAsync(app);

        // Ten inputs, and the first epoch.
        (first.Done, first.MoreDue).ShouldBe((11, true));
        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(10UL);
        var second = await host.TurnAsync(app);
        (second.Done, second.MoreDue).ShouldBe((4, false));
        await host.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Whatever_the_history_and_the_size_of_batches_the_rows_are_those_of_input_by_input(DatabaseKind kind)
    {
        var hosts = new List<ServiceHost>();
        foreach (var size in (string[])["1", "2", "7", "256"])
            hosts.Add(await HostAsync(kind, ("Services:Advancer:StoreBatchSize", size)));
        await Gen.Select(Histories, Gen.Bool)
            .SampleAsync(
                async history =>
                {
                    var consensus = history.Item2 ? ConsensusType.Prt : ConsensusType.Authority;
                    foreach (var host in hosts)
                    {
                        var app = await host.AddApplicationAsync(consensus: consensus);
                        foreach (var epoch in history.Item1)
                            await host.AddEpochAsync(app, EpochStatus.Closed, epoch);

                        while ((await host.TurnAsync(app)).MoreDue) { }

                        // Holds every row against what a machine gives that is fed input by input.
                        await host.ShouldStandAsIfRunOnceAsync(app);
                        (await host.EpochsAsync(app)).ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
                    }
                },
                iter: 15,
                threads: 1
            );
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_batch_that_fails_is_taken_back_whole_and_the_machine_catches_up_without_being_built_anew(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "zero");
        await host.PassAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "reject", "two", "three");
        host.Machines.Before = input => input == 2 ? host.UntilProcessedAsync(app, 2) : Task.CompletedTask;
        host.Commits.FailAfter(1, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(() => host.TurnAsync(app));
        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(2UL);
        (await host.OutputsAsync(app)).Select(output => output.InputIndex).ShouldBe([0UL, 0UL, 1UL, 1UL]);
        host.Machines.Open.ShouldBe(1);
        await host.PassAsync();

        // Input 1 is stored, so it is replayed and compared; input 0 was adopted.
        host.Machines.Runs.Select(run => run.Input).Count(input => input == 0).ShouldBe(1);
        host.Machines.Limits.Count.ShouldBe(1);
        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed", "EpochInputsProcessed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_batch_that_ends_with_the_application_s_last_input_is_stored_up_to_it(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "reject", "halt", "never");

        await host.PassAsync();

        var stopped = await host.ApplicationAsync(app);
        (stopped.State, stopped.ReasonKind, stopped.ProcessedInputs).ShouldBe(
            (ApplicationState.Inoperable, InoperableKind.MachineHalted, 4UL)
        );
        (await host.InputsAsync(app))
            .Select(input => input.Status)
            .ShouldBe([InputStatus.Accepted, InputStatus.Accepted, InputStatus.Rejected, InputStatus.MachineHalted, InputStatus.None]);
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
