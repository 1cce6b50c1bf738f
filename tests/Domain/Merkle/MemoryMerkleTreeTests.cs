using System.Text.Json;

namespace Rollups.Domain.Tests.Merkle;

public sealed class MemoryMerkleTreeTests
{
    [Fact]
    public void The_three_proofs_of_a_recorded_machine_lead_to_its_root()
    {
        var recorded = MerkleVectors.Of("stateProof");
        var proofs = recorded
            .EnumerateObject()
            .Where(part => part.Value.ValueKind == JsonValueKind.Object)
            .Select(part => part.Value)
            .ToList();
        proofs.Count.ShouldBe(3);
        foreach (var proof in proofs)
        {
            MemoryMerkleTree
                .Fold(proof.GetProperty("leaf_index").GetUInt64(), proof.Hash("data_block"), proof.GetProperty("siblings").Hashes())
                .ShouldBe(recorded.Hash("machine_hash"));
        }
    }

    [Fact]
    public void A_state_of_zeros_has_the_known_root_and_siblings()
    {
        var pristine = MerkleVectors.Of("memoryPristine").Hashes();
        var nothing = new Dictionary<ulong, Hash32>();
        MemoryMerkleTree.Root(nothing).ShouldBe(pristine[MemoryMerkleTree.Height]);
        MemoryMerkleTree.Siblings(nothing, 24).ShouldBe(pristine[..MemoryMerkleTree.Height]);
    }

    [Fact]
    public void Every_block_of_a_sparse_state_is_proven_and_no_other_value_is()
    {
        var blocks = new ulong[] { 0, 24, 25, 0x60800000 >> 5, (1UL << 59) - 1 }.ToDictionary(
            index => index,
            index => Keccak256.Hash(BitConverter.GetBytes(index))
        );
        var root = MemoryMerkleTree.Root(blocks);
        foreach (var (index, block) in blocks)
        {
            var siblings = MemoryMerkleTree.Siblings(blocks, index);
            MemoryMerkleTree.Fold(index, block, siblings).ShouldBe(root);
            MemoryMerkleTree.Fold(index, Hash32.Zero, siblings).ShouldNotBe(root);
        }
    }
}
