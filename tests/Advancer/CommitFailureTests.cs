using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>
/// The machine is ahead of the database when a commit's outcome is not known: it goes back to what it has adopted, and catches up with what
/// is stored.
/// </summary>
public sealed class CommitFailureTests : OnDatabase
{
    private static readonly (string Key, string Value) InputByInput = ("Services:Advancer:StoreBatchSize", "1");

    [Theory]
    [OnBothDatabases]
    public async Task A_commit_that_fails_takes_back_the_whole_result_of_its_input_and_of_no_other(DatabaseKind kind)
    {
        var host = await HostAsync(kind, InputByInput);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        host.Commits.FailAfter(2, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(() => host.TurnAsync(app));

        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(2UL);
        (await host.OutputsAsync(app)).Select(output => output.InputIndex).ShouldBe([0UL, 0UL, 1UL, 1UL]);
        (await host.ReportsAsync(app)).Select(report => report.InputIndex).ShouldBe([0UL, 1UL]);
        (await host.InputsAsync(app))
            .Select(input => input.Status)
            .ShouldBe([InputStatus.Accepted, InputStatus.Accepted, InputStatus.None]);

        await host.PassAsync();

        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 0UL, 1UL, 2UL]);
        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_input_whose_commit_lost_its_answer_is_not_applied_twice(DatabaseKind kind)
    {
        var host = await HostAsync(kind, InputByInput);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        host.Commits.FailAfter(1, CommitEnd.AnswerLost);

        await Should.ThrowAsync<CommitFailedException>(() => host.TurnAsync(app));
        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(2UL);
        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_unit_repeated_after_a_lost_answer_finds_the_cursor_moved_and_the_run_goes_on_from_there(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        host.Commits.FailAfter(1, CommitEnd.AnswerLost, isTransient: true);

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_whose_move_lost_its_answer_is_announced_once_and_the_epochs_after_it_follow_in_the_same_pass(
        DatabaseKind kind
    )
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.AddEpochAsync(app, EpochStatus.Closed, "two");
        host.Commits.FailAfter(1, CommitEnd.AnswerLost, isTransient: true);

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EpochsAsync(app)).ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed", "EpochInputsProcessed"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_terminal_result_whose_commit_fails_leaves_the_application_enabled_and_unannounced(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "exception:why");
        host.Commits.FailAfter(0, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(() => host.TurnAsync(app));
        (await host.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
        (await host.EventsAsync()).ShouldBeEmpty();

        await host.PassAsync();
        (await host.ApplicationAsync(app)).ReasonKind.ShouldBe(InoperableKind.GuestException);
        (await host.EventsAsync()).ShouldBe(["AppInoperable"]);
    }
}
