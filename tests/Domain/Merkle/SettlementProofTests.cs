namespace Rollups.Domain.Tests.Merkle;

/// <summary>
/// A memory of two words that Dave's contracts were seen to accept: a running digest, and the outputs root at the start of the TX buffer.
/// </summary>
public sealed class SettlementProofTests
{
    private const ulong OutputsRootIndex = 0x60800000 >> 5;

    [Fact]
    public void The_template_s_state_and_its_proof_are_the_known_ones()
    {
        var memory = Memory(Keccak256.Hash("template"u8), new OutputsFrontier());
        var siblings = MemoryMerkleTree.Siblings(memory, OutputsRootIndex);

        MemoryMerkleTree.Root(memory).ToString().ShouldBe("0xa4a1eefbefd3ee465b62b5a371977576fa0856818b5916d714a66135913c0fd1");
        siblings[0].ToString().ShouldBe("0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
        siblings[58].ToString().ShouldBe("0xe7e8dbc3898515970ca6fce19039ca22ae2638e44b24641fd61048b94dc2be25");
        var tree = new ComputationTree();
        tree.Complete(MemoryMerkleTree.Root(memory));
        tree.Result().Root.ToString().ShouldBe("0xd5e1c5c04e53d17e3514fc55facc51e7fea4dc9a54d111a1b283fe57835f3e25");
    }

    [Fact]
    public void The_state_after_an_accepted_input_is_the_known_one()
    {
        var digest = Keccak256.Hash(Keccak256.Hash("template"u8), Keccak256.Hash([0x12, 0x34]));
        digest.ToString().ShouldBe("0x79a4d1fc1636ae9099dfb03c35553008e2adbd220bc92557161f7adc4255c3de");
        var outputs = new OutputsFrontier();
        outputs.Push(Keccak256.Hash(Outputs.Notice([0xde, 0xad, 0xbe, 0xef])));

        outputs.Root().ToString().ShouldBe("0x78f46c6ded6b5d6477f00a464d0ab3cee96418dda2edaa4624c22bbe9029581b");
        MemoryMerkleTree
            .Root(Memory(digest, outputs))
            .ToString()
            .ShouldBe("0xda1eb09067cce3d1d144fc2971163ed398034026a93024be590aaaa3859db472");
    }

    private static Dictionary<ulong, Hash32> Memory(Hash32 digest, OutputsFrontier outputs) =>
        new() { [0] = digest, [OutputsRootIndex] = outputs.Root() };
}
