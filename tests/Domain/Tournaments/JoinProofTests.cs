namespace Rollups.Domain.Tests.Tournaments;

public sealed class JoinProofTests
{
    private const ulong Slot = ComputationTree.LeavesOfAnInput;

    [Fact]
    public void The_children_of_the_known_commitment_follow_from_its_last_leaf_s_proof()
    {
        var proof = JoinProof.Of(Epoch()).ShouldNotBeNull();

        proof.Left.ToString().ShouldBe("0xd5d462afb1aecb7ced75dc12a3857b0317a284dd573d041aff3cc87a3834f5f8");
        proof.Right.ToString().ShouldBe("0x1f0618b1a65065960ec0c0a98b7760311d1698e86d272fd415bfd4eecec146e4");
        proof.Siblings.Count.ShouldBe(48);
        proof.Siblings[0].ShouldBe(Word(0x22));
        proof.Siblings[24].ToString().ShouldBe("0xc7adea9da5b46980e6ce8a4856f1dd7aba9290277980ec88c81f031416d88946");
    }

    [Fact]
    public void Parts_that_do_not_fit_together_make_no_proof()
    {
        var otherState = Epoch();
        otherState.MachineHash = Word(0x33);
        JoinProof.Of(otherState).ShouldBeNull();
        var otherCommitment = Epoch();
        otherCommitment.Commitment = Word(0x33);
        JoinProof.Of(otherCommitment).ShouldBeNull();
        JoinProof.Of(new Epoch()).ShouldBeNull();
    }

    private static Epoch Epoch()
    {
        var tree = new ComputationTree();
        tree.Append(Word(0x11), Slot);
        tree.Append(Word(0x22), Slot);
        tree.Complete(Word(0x22));
        var (root, siblings) = tree.Result();
        return new Epoch
        {
            Commitment = root,
            CommitmentProof = Siblings.ToBytes(siblings),
            MachineHash = Word(0x22),
        };
    }

    private static Hash32 Word(byte octet) => new([.. Enumerable.Repeat(octet, 32)]);
}
