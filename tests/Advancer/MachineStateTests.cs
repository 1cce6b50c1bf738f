using Rollups.Advancer.Tests.Hosts;
using Rollups.Ethereum;
using Rollups.Machines;
using Rollups.Persistence;
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
        host.Machines.Answer = (input, result) => input == 2 ? result with { States = [new StateRun(stride, 1), new StateRun(result.StateHash, Slot - 1)] } : result;
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "reject", "three");

        await host.PassAsync();

        var inputs = await host.InputsAsync(app);
        (await host.StatesAsync(app)).Select(row => (row.EpochIndex, row.InputIndex, row.Position, row.MachineHash, row.Repetitions)).ShouldBe(
        [
            (0UL, 0UL, 0UL, inputs[0].MachineHash!.Value, Slot), (0UL, 1UL, 0UL, inputs[0].MachineHash!.Value, Slot), (0UL, 2UL, 0UL, stride, 1UL), (0UL, 2UL, 1UL, inputs[2].MachineHash!.Value, Slot - 1),
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
            MemoryMerkleTree.Fold(StateProofs.OutputsRootIndex, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof)).ShouldBe(epoch.MachineHash!.Value);
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
    public async Task Applications_of_other_consensus_store_no_states(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");

        await host.PassAsync();

        (await host.StatesAsync(app)).ShouldBeEmpty();
    }
}
