using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Validator.Tests.Hosts;

namespace Rollups.Validator.Tests;

public sealed class CalculateClaimsTests
{
    [Theory]
    [OnBothDatabases]
    public async Task Epochs_with_and_without_outputs_continue_one_tree_and_each_output_is_proven_in_the_root_of_its_epoch(
        DatabaseKind kind
    )
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        int[] outputs = [0, 2, 0, 1, 5];
        var roots = new List<Hash32>();
        foreach (var count in outputs)
        {
            roots.Add(await story.AddEpochAsync(count));
            // Some epochs one by one, some together.
            if (roots.Count is 2 or 3)
                await host.PassAsync();
        }

        await host.PassAsync();

        (await story.StatusesAsync()).ShouldAllBe(status => status == EpochStatus.ClaimCalculated);
        for (var i = 0; i < outputs.Length; i++)
            await story.ShouldBeProvenAsync((ulong)i, outputs[i], roots[i]);
        roots[0].ShouldBe(OutputsMerkleTree.Pristine(OutputsMerkleTree.Height));
        roots[2].ShouldBe(roots[1]);
        (await host.EventsAsync()).ShouldBe(Enumerable.Repeat("EpochClaimCalculated", 5));
        (await host.PassAsync()).ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task More_epochs_than_one_turn_takes_are_all_done_in_one_pass(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        for (var i = 0; i < 23; i++)
            await story.AddEpochAsync(1);

        (await host.PassAsync()).ShouldBe(23);

        (await story.StatusesAsync()).ShouldAllBe(status => status == EpochStatus.ClaimCalculated);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_turn_ends_after_a_thousand_outputs_so_that_the_other_applications_have_theirs(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        for (var i = 0; i < 3; i++)
            await story.AddEpochAsync(600);

        (await host.RunAsync(story.App)).ShouldBe(new WorkResult(2, MoreDue: true));

        (await story.StatusesAsync()).ShouldBe([EpochStatus.ClaimCalculated, EpochStatus.ClaimCalculated, EpochStatus.InputsProcessed]);
        (await host.RunAsync(story.App)).ShouldBe(new WorkResult(1));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_root_that_the_machine_declared_and_the_outputs_do_not_have_stops_the_application_with_both_values_and_no_claim(
        DatabaseKind kind
    )
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var (story, other) = (await Story.BeginAsync(host), await Story.BeginAsync(host));
        var declared = Keccak256.Hash([1]);
        await story.AddEpochAsync(2, declared);
        await other.AddEpochAsync(2);

        await host.PassAsync();

        var app = await story.ApplicationAsync();
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.InvalidOutputsRoot));
        var stored = await other.OutputsAsync();
        var proof = (await other.ProofsAsync(stored)).Of(stored[0])!;
        app.Reason.ShouldNotBeNull().ShouldContain(declared.ToString());
        app.Reason.ShouldContain(OutputsMerkleTree.Fold(0, Keccak256.Hash(stored[0].RawData), proof).ToString());
        (await story.StatusesAsync()).ShouldBe([EpochStatus.InputsProcessed]);
        await story.ShouldHaveNoProofsAsync();
        (await other.StatusesAsync()).ShouldBe([EpochStatus.ClaimCalculated]);
        (await host.EventsAsync()).Order().ShouldBe(["AppInoperable", "EpochClaimCalculated"]);
        (await host.PassAsync()).ShouldBe(0);
    }

    /// <summary>Enough outputs for two pages and two levels of chunks, between epochs that share chunks' places with it.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_large_epoch_is_proven_like_a_small_one_and_the_next_continues_from_it(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        int[] outputs = [100, 17_000, 3, 200];
        var roots = new List<Hash32>();
        foreach (var count in outputs)
            roots.Add(await story.AddEpochAsync(count));

        await host.PassAsync();

        for (var i = 0; i < outputs.Length; i++)
            await story.ShouldBeProvenAsync((ulong)i, outputs[i], roots[i]);
    }

    /// <summary>Its chunks are written before the root is known.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_large_epoch_with_a_root_that_the_machine_did_not_declare_leaves_no_part_of_a_tree(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        await story.AddEpochAsync(500, Keccak256.Hash([1]));

        await host.PassAsync();

        (await story.ApplicationAsync()).ReasonKind.ShouldBe(InoperableKind.InvalidOutputsRoot);
        await story.ShouldHaveNoProofsAsync();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_commit_that_fails_leaves_neither_proofs_nor_move_nor_event_and_the_next_pass_makes_them(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        var root = await story.AddEpochAsync(3);
        host.Commits.FailAfter(0, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(host.PassAsync);
        (await story.StatusesAsync()).ShouldBe([EpochStatus.InputsProcessed]);
        await story.ShouldHaveNoProofsAsync();
        (await host.EventsAsync()).ShouldBeEmpty();

        await host.PassAsync();
        await story.ShouldBeProvenAsync(0, 3, root);
        (await host.EventsAsync()).ShouldBe(["EpochClaimCalculated"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_commit_whose_answer_is_lost_is_announced_once(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        var roots = new[] { await story.AddEpochAsync(3), await story.AddEpochAsync(1) };
        host.Commits.FailAfter(0, CommitEnd.AnswerLost, isTransient: true);

        await host.PassAsync();

        await story.ShouldBeProvenAsync(0, 3, roots[0]);
        await story.ShouldBeProvenAsync(1, 1, roots[1]);
        (await host.EventsAsync()).ShouldBe(["EpochClaimCalculated", "EpochClaimCalculated"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_that_is_switched_off_gets_no_claim(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host);
        await story.AddEpochAsync(1);
        await host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, ApplicationState.Disabled),
                TestContext.Current.CancellationToken
            )
        );

        (await host.PassAsync()).ShouldBe(0);

        (await story.StatusesAsync()).ShouldBe([EpochStatus.InputsProcessed]);
    }
}
