using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

public sealed class AdvanceInputsTests : OnDatabase
{
    [Theory]
    [OnBothDatabases]
    public async Task Inputs_of_several_epochs_run_once_in_order_and_closed_epochs_end_with_a_proof_of_the_machine(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two");
        await host.AddEpochAsync(app, EpochStatus.Closed, "three");
        await host.AddEpochAsync(app, EpochStatus.Open, "four");

        (await host.PassAsync()).ShouldBe(6);

        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL]);
        await host.ShouldStandAsIfRunOnceAsync(app);
        var inputs = await host.InputsAsync(app);
        var epochs = await host.EpochsAsync(app);
        epochs.Select(epoch => epoch.Status).ShouldBe([EpochStatus.InputsProcessed, EpochStatus.InputsProcessed, EpochStatus.Open]);
        ShouldBeProvenAt(epochs[0], inputs[1]);
        ShouldBeProvenAt(epochs[1], inputs[2]);
        (await host.EventsAsync()).ShouldBe(["EpochInputsProcessed", "EpochInputsProcessed"]);
        (await host.PassAsync()).ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Rejected_and_silent_inputs_take_no_output_index_and_a_rejected_one_leaves_the_machine_where_it_was(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "reject", "silent", "two", "reject");

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        var inputs = await host.InputsAsync(app);
        inputs
            .Select(input => input.Status)
            .ShouldBe([InputStatus.Accepted, InputStatus.Rejected, InputStatus.Accepted, InputStatus.Accepted, InputStatus.Rejected]);
        inputs[1].MachineHash.ShouldBe(inputs[0].MachineHash);
        inputs[2].MachineHash.ShouldNotBe(inputs[1].MachineHash);
        inputs[2].OutputsMerkleRoot.ShouldBe(inputs[0].OutputsMerkleRoot);
        (await host.OutputsAsync(app)).Select(output => output.InputIndex).ShouldBe([0UL, 0UL, 3UL, 3UL]);
        ShouldBeProvenAt((await host.EpochsAsync(app))[0], inputs[4]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_input_that_the_guest_cannot_decode_is_its_rejection_and_the_next_one_runs(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync("echo:");
        await host.AddEpochAsync(app, EpochStatus.Closed, _ => [], _ => [1, 2, 3, 4, 5], _ => [0x41, 0x5b, 0xf3, 0x63, 7]);
        await host.AddEpochAsync(app, EpochStatus.Closed, "fine");

        await host.PassAsync();

        (await host.InputsAsync(app))
            .Select(input => input.Status)
            .ShouldBe([InputStatus.Rejected, InputStatus.Rejected, InputStatus.Rejected, InputStatus.Accepted]);
        (await host.EpochsAsync(app)).ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
        (await host.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_empty_epoch_ends_at_once_with_the_state_before_it(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, Array.Empty<string>());
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.AddEpochAsync(app, EpochStatus.Closed, Array.Empty<string>());

        (await host.PassAsync()).ShouldBe(4);

        var epochs = await host.EpochsAsync(app);
        epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.InputsProcessed);
        epochs[0].MachineHash.ShouldBe(await host.Machines.GetTemplateHashAsync("scripted:", TestContext.Current.CancellationToken));
        epochs[2].MachineHash.ShouldBe(epochs[1].MachineHash);
        epochs[1].MachineHash.ShouldNotBe(epochs[0].MachineHash);
    }

    private static void ShouldBeProvenAt(Epoch epoch, Input last)
    {
        (epoch.MachineHash, epoch.OutputsMerkleRoot).ShouldBe((last.MachineHash, last.OutputsMerkleRoot));
        StateProofs
            .Fault(
                new StateProof(
                    epoch.MachineHash!.Value,
                    epoch.OutputsMerkleRoot!.Value,
                    Siblings.FromBytes(epoch.OutputsMerkleProof!),
                    epoch.IflagsYBlock!.Value,
                    Siblings.FromBytes(epoch.IflagsYProof!),
                    epoch.TohostBlock!.Value,
                    Siblings.FromBytes(epoch.TohostProof!)
                )
            )
            .ShouldBeNull();
    }
}
