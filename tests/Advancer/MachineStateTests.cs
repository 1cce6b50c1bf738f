using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>What an application under Dave needs beyond the others: the machine's states, and epochs without inputs.</summary>
public sealed class MachineStateTests : OnDatabase
{
    private const ulong Slot = ComputationTree.LeavesOfAnInput;

    [Theory]
    [OnBothDatabases]
    public async Task The_states_of_every_input_fill_its_slot_and_a_rejected_one_has_the_state_before_it(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
        var stride = Keccak256.Hash("a stride"u8);
        host.Machines.Answer = (input, result) =>
            input == 2 ? result with { States = [new StateRun(stride, 1), new StateRun(result.StateHash, Slot - 1)] } : result;
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "reject", "three");

        await host.PassAsync();

        var inputs = await host.InputsAsync(app);
        (await host.StatesAsync(app))
            .Select(row => (row.EpochIndex, row.InputIndex, row.Position, row.MachineHash, row.Repetitions))
            .ShouldBe([
                (0UL, 0UL, 0UL, inputs[0].MachineHash!.Value, Slot),
                (0UL, 1UL, 0UL, inputs[0].MachineHash!.Value, Slot),
                (0UL, 2UL, 0UL, stride, 1UL),
                (0UL, 2UL, 1UL, inputs[2].MachineHash!.Value, Slot - 1),
            ]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_without_inputs_ends_as_the_one_before_it_and_the_first_as_the_template(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
        await host.AddEpochAsync(app, EpochStatus.Closed, Array.Empty<string>());
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.AddEpochAsync(app, EpochStatus.Closed, Array.Empty<string>());

        await host.PassAsync();

        var epochs = await host.EpochsAsync(app);
        epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
        epochs[0].MachineHash.ShouldBe(await host.Machines.GetTemplateHashAsync("scripted:", TestContext.Current.CancellationToken));
        (epochs[2].MachineHash, epochs[2].OutputsMerkleRoot).ShouldBe((epochs[1].MachineHash, epochs[1].OutputsMerkleRoot));
        foreach (var epoch in epochs)
            MemoryMerkleTree
                .Fold(StateProofs.OutputsRootIndex, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof))
                .ShouldBe(epoch.MachineHash!.Value);
    }

    [Theory]
    [OnBothDatabases]
    public async Task States_that_do_not_fill_the_slot_stop_the_application_and_keep_the_input_unprocessed(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
        host.Machines.Answer = (_, result) => result with { States = [new StateRun(result.StateHash, Slot - 1)] };
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");

        await host.PassAsync();

        var stopped = await host.ApplicationAsync(app);
        stopped.ReasonKind.ShouldBe(InoperableKind.Failed);
        stopped.Reason.ShouldNotBeNull().ShouldContain($"gave {Slot - 1} states");
        (await host.InputsAsync(app)).Single().Status.ShouldBe(InputStatus.None);
        (await host.StatesAsync(app)).ShouldBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task States_of_no_stride_or_that_end_otherwise_than_the_input_stop_the_application_too(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        Func<Hash32, StateRun[]>[] faults =
        [
            _ => [],
            end => [new(Hash32.Zero, 0), new(end, Slot)],
            end => [new(end, ulong.MaxValue), new(end, Slot + 1)],
            _ => [new(Hash32.Zero, Slot)],
        ];
        foreach (var fault in faults)
        {
            var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
            host.Machines.Answer = (_, result) => result with { States = fault(result.StateHash) };
            await host.AddEpochAsync(app, EpochStatus.Closed, "one");

            await host.PassAsync();

            var stopped = await host.ApplicationAsync(app);
            (stopped.ReasonKind, stopped.ProcessedInputs).ShouldBe((InoperableKind.Failed, 0UL));
            stopped.Reason.ShouldNotBeNull().ShouldContain("a tournament needs 16777216 that end in");
            (await host.StatesAsync(app)).ShouldBeEmpty();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task Applications_of_other_consensus_store_no_states(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");

        await host.PassAsync();

        (await host.StatesAsync(app)).ShouldBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task Only_the_machine_of_an_application_under_Dave_records_states_created_or_restored(DatabaseKind kind)
    {
        var owner = await HostAsync(kind);
        var apps = new List<Application>();
        foreach (var consensus in (ConsensusType[])[ConsensusType.Authority, ConsensusType.Quorum, ConsensusType.Prt])
        {
            var app = await owner.AddApplicationAsync(consensus: consensus);
            await owner.ChangeAsync(db =>
            {
                db.Add(new ExecutionParameters { ApplicationId = app.Id, SnapshotPolicy = SnapshotPolicy.EveryInput });
                return Task.CompletedTask;
            });
            await owner.AddEpochAsync(app, EpochStatus.Closed, "one");
            apps.Add(app);
        }

        await owner.PassAsync();
        foreach (var app in apps)
            await owner.AddEpochAsync(app, EpochStatus.Closed, "two");
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);
        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([1UL, 1UL, 1UL]);
        foreach (var host in (ServiceHost[])[owner, heir])
            host.Machines.RecordsStates.OrderBy(made => apps.FindIndex(app => app.Address == made.Application))
                .Select(made => made.Records)
                .ShouldBe([false, false, true]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_epoch_of_rejected_inputs_ends_in_the_state_before_it_and_an_input_that_ends_the_machine_leaves_its_states(
        DatabaseKind kind
    )
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.AddEpochAsync(app, EpochStatus.Closed, "reject", "reject");
        await host.AddEpochAsync(app, EpochStatus.Closed, "exception:end");

        await host.PassAsync();

        var (epochs, inputs) = (await host.EpochsAsync(app), await host.InputsAsync(app));
        (epochs[1].Status, epochs[1].MachineHash, epochs[1].OutputsMerkleRoot).ShouldBe(
            (EpochStatus.InputsProcessed, epochs[0].MachineHash, epochs[0].OutputsMerkleRoot)
        );
        epochs[1].OutputsMerkleProof.ShouldBe(epochs[0].OutputsMerkleProof);
        (await host.StatesAsync(app))
            .Select(row => (row.InputIndex, row.MachineHash, row.Repetitions))
            .ShouldBe(inputs.Select(input => (input.Index, input.MachineHash!.Value, Slot)));
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_commit_that_fails_takes_the_states_back_and_one_that_lost_its_answer_stores_them_once(DatabaseKind kind)
    {
        foreach (var end in (CommitEnd[])[CommitEnd.NotCommitted, CommitEnd.AnswerLost])
        {
            var host = await HostAsync(kind, ("Services:Advancer:StoreBatchSize", "1"));
            var app = await host.AddApplicationAsync(consensus: ConsensusType.Prt);
            await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
            host.Commits.FailAfter(1, end);

            await Should.ThrowAsync<CommitFailedException>(() => host.TurnAsync(app));
            (await host.StatesAsync(app)).Count.ShouldBe(end == CommitEnd.NotCommitted ? 1 : 2);

            await host.PassAsync();
            (await host.StatesAsync(app)).Select(row => (row.InputIndex, row.Position)).ShouldBe([(0UL, 0UL), (1UL, 0UL), (2UL, 0UL)]);
            await host.ShouldStandAsIfRunOnceAsync(app);
            await host.DisposeAsync();
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_next_owner_holds_its_replay_against_the_stored_states(DatabaseKind kind)
    {
        var first = await HostAsync(kind);
        var app = await first.AddApplicationAsync(consensus: ConsensusType.Prt);
        await first.AddEpochAsync(app, EpochStatus.Closed, "one", "two");
        await first.PassAsync();
        await first.AddEpochAsync(app, EpochStatus.Closed, "next");
        await first.DisposeAsync();
        var second = await HostAsync(kind);
        second.Machines.Answer = (input, result) =>
            input == 1 ? result with { States = [new StateRun(Hash32.Zero, 1), new StateRun(result.StateHash, Slot - 1)] } : result;

        await second.PassAsync();

        var stopped = await second.ApplicationAsync(app);
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Failed));
        stopped.Reason.ShouldNotBeNull().ShouldContain("input 1 (epoch 0)");
        stopped.Reason.ShouldContain("gave 2 runs of machine states that are not the 1 stored ones");

        second.Machines.Answer = (_, result) => result;
        await second.SetStateAsync(app, ApplicationState.Enabled);
        await second.PassAsync();
        (await second.StatesAsync(app)).Count.ShouldBe(3);
        await second.ShouldStandAsIfRunOnceAsync(app);
    }
}
