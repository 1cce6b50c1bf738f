using Rollups.Domain;
using Rollups.Testing;
using Rollups.Validator.Tests.Hosts;

namespace Rollups.Validator.Tests;

/// <summary>Commitments of applications under Dave, against the known ones.</summary>
public sealed class EpochCommitmentTests
{
    private const ulong Slot = ComputationTree.LeavesOfAnInput;
    private static readonly Hash32 Template = Keccak256.Hash("template"u8);

    [Theory]
    [OnBothDatabases]
    public async Task Epochs_with_and_without_inputs_have_the_commitment_of_their_machine_s_states(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host, ConsensusType.Prt);
        await story.AddSealedEpochAsync(Template);
        await story.AddSealedEpochAsync(Word(0x22), [(Word(0x11), Slot)], [(Word(0x22), Slot)]);
        await story.AddSealedEpochAsync(Word(0xcc), [(Word(0xaa), 1), (Word(0xbb), 1), (Word(0xcc), Slot - 2)], [(Word(0xcc), Slot)]);
        await story.AddSealedEpochAsync(Word(0xcc));

        (await host.PassAsync()).ShouldBe(4);

        var epochs = await story.EpochsAsync();
        epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimCalculated);
        epochs[0].Commitment.ShouldBe(Uniform(Template));
        epochs[1].Commitment.ToString().ShouldBe("0x9cf936a537a628bfa21652540b60463ad4b65268bdbf5958490df0668c98b0c2");
        epochs[2].Commitment.ToString().ShouldBe("0xef902d90bddbdd6b2c17d658dc1a5895441aed9f0d702ae5856a5d2af5c49ca5");
        epochs[3].Commitment.ShouldBe(Uniform(Word(0xcc)));
        foreach (var epoch in epochs)
            Siblings
                .FromBytes(epoch.CommitmentProof)
                .Aggregate(epoch.MachineHash!.Value, (node, sibling) => Keccak256.Hash(sibling, node))
                .ShouldBe(epoch.Commitment!.Value);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Runs_are_taken_in_the_order_of_their_inputs_and_positions_also_beyond_nine(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host, ConsensusType.Prt);
        (Hash32, ulong)[][] inputs =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(input =>
                    Enumerable
                        .Range(0, 12)
                        .Select(run => (Keccak256.Hash([(byte)input, (byte)run]), run == 11 ? Slot - 11 : 1UL))
                        .ToArray()
                ),
        ];
        await story.AddSealedEpochAsync(inputs[^1][^1].Item1, inputs);

        await host.PassAsync();

        var tree = new ComputationTree();
        foreach (var (state, repetitions) in inputs.SelectMany(runs => runs))
            tree.Append(state, repetitions);
        tree.Complete(inputs[^1][^1].Item1);
        (await story.EpochsAsync()).Single().Commitment.ShouldBe(tree.Result().Root);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_commit_that_fails_leaves_no_commitment_and_the_next_pass_makes_it(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host, ConsensusType.Prt);
        await story.AddSealedEpochAsync(Word(0x11), [(Word(0x11), Slot)]);
        host.Commits.FailAfter(0, CommitEnd.NotCommitted);

        await Should.ThrowAsync<CommitFailedException>(host.PassAsync);
        (await story.EpochsAsync()).Single().Commitment.ShouldBeNull();
        await host.PassAsync();

        (await story.EpochsAsync()).Single().Commitment.ShouldBe(Uniform(Word(0x11)));
        (await host.EventsAsync()).ShouldBe(["EpochClaimCalculated"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task States_that_do_not_fill_an_input_s_slot_stop_the_application_with_both_numbers(DatabaseKind kind)
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, kind);
        var story = await Story.BeginAsync(host, ConsensusType.Prt);
        await story.AddSealedEpochAsync(Word(0x11), [(Word(0x11), Slot - 1)]);

        await host.PassAsync();

        (await story.StatusesAsync()).ShouldBe([EpochStatus.InputsProcessed]);
        var app = await story.ApplicationAsync();
        app.ReasonKind.ShouldBe(InoperableKind.Corrupted);
        app.Reason.ShouldNotBeNull().ShouldContain($"input 0 in epoch 0 has {Slot - 1} machine states, not {Slot}");
        (await host.EventsAsync()).ShouldBe(["AppInoperable"]);
    }

    [Fact]
    public void Missing_states_and_a_last_state_that_is_not_the_machine_s_are_told()
    {
        var epoch = new Epoch
        {
            Index = 3,
            InputIndexLowerBound = 5,
            InputIndexUpperBound = 7,
            MachineHash = Word(0x22),
        };

        EpochCommitment.Of(epoch, [State(5, 0x11)]).Fault.ShouldNotBeNull().ShouldContain("up to 6, exclusive, but its inputs go up to 7");
        EpochCommitment
            .Of(epoch, [State(6, 0x22)])
            .Fault.ShouldNotBeNull()
            .ShouldContain("has machine states of input 6 in the place of those of input 5");
        EpochCommitment
            .Of(epoch, [State(5, 0x22), State(6, 0x11)])
            .Fault.ShouldNotBeNull()
            .ShouldContain($"has the machine hash {Word(0x22)}, but its last stored state is {Word(0x11)}");
        EpochCommitment.Of(epoch, [State(5, 0x11), State(6, 0x22)]).Fault.ShouldBeNull();
    }

    private static StateHash State(ulong input, byte octet) =>
        new()
        {
            InputIndex = input,
            MachineHash = Word(octet),
            Repetitions = Slot,
        };

    private static Hash32 Uniform(Hash32 leaf) => Enumerable.Range(0, 48).Aggregate(leaf, (node, _) => Keccak256.Hash(node, node));

    private static Hash32 Word(byte octet) => new([.. Enumerable.Repeat(octet, 32)]);
}
