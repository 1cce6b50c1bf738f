using CsCheck;
using Rollups.Testing;

namespace Rollups.Domain.Tests.Merkle;

public sealed class OutputsMerkleTreeTests
{
    [Fact]
    public void A_leaf_is_the_hash_of_the_whole_output()
    {
        foreach (var output in MerkleVectors.Of("outputs").EnumerateArray())
            Keccak256.Hash(Hex.Decode(output.GetProperty("encoded").GetString()!)).ShouldBe(output.Hash("leaf"));
    }

    [Fact]
    public void Empty_subtrees_have_the_known_roots() =>
        Enumerable
            .Range(0, OutputsMerkleTree.Height + 1)
            .Select(OutputsMerkleTree.Pristine)
            .ShouldBe(MerkleVectors.Of("pristine").Hashes());

    [Fact]
    public void The_root_after_each_output_is_the_known_one()
    {
        var frontier = new OutputsFrontier();
        var leaves = MerkleVectors.Leaves();
        foreach (var known in MerkleVectors.Of("rootByCount").EnumerateArray())
        {
            frontier.Root().ShouldBe(known.Hash("root"));
            if (frontier.Count < (ulong)leaves.Length)
                frontier.Push(leaves[(int)frontier.Count]);
        }
    }

    [Fact]
    public void Three_notices_have_the_known_full_proofs()
    {
        var known = MerkleVectors.Of("threeNotices");
        var built = EpochTree.Append(new OutputsFrontier(), known.GetProperty("leaves").Hashes());
        built.Root.ShouldBe(known.GetProperty("roots").Hashes()[2]);
        foreach (var proof in known.GetProperty("proofs_at_3").EnumerateArray())
            built.Prove(proof.GetProperty("index").GetUInt64()).ShouldBe(proof.GetProperty("siblings").Hashes());
    }

    [Fact]
    public void Epoch_by_epoch_roots_and_proofs_are_the_known_ones_with_the_frontier_rebuilt_from_the_last_proof()
    {
        var leaves = MerkleVectors.Leaves();
        var frontier = new OutputsFrontier();
        foreach (var epoch in MerkleVectors.Of("epochs").EnumerateArray())
        {
            var first = (int)frontier.Count;
            var added = leaves[first..(first + epoch.GetProperty("output_count").GetInt32())];
            var built = EpochTree.Append(frontier, added);
            built.Root.ShouldBe(epoch.Hash("root"));
            foreach (var proof in epoch.GetProperty("proofs").EnumerateArray())
            {
                var expected = Enumerable.Range(0, OutputsMerkleTree.Height).Select(OutputsMerkleTree.Pristine).ToArray();
                foreach (var sibling in proof.GetProperty("nonpristine_siblings").EnumerateArray())
                    expected[sibling.GetProperty("level").GetInt32()] = sibling.Hash("hash");
                built.Prove(proof.GetProperty("index").GetUInt64()).ShouldBe(expected);
            }

            if (added.Length > 0)
                frontier = OutputsFrontier.FromLastProof(frontier.Count - 1, added[^1], built.Prove(frontier.Count - 1));
            frontier.Root().ShouldBe(built.Root);
        }
    }

    [Fact]
    public void Every_proof_of_any_batches_leads_to_the_root_of_one_push_after_the_other() =>
        Gen.Int[0, 12]
            .List[1, 6]
            .Sample(
                batches =>
                {
                    var (batched, pushed) = (new OutputsFrontier(), new OutputsFrontier());
                    foreach (var size in batches)
                    {
                        var first = batched.Count;
                        var leaves = Enumerable
                            .Range(0, size)
                            .Select(i => Keccak256.Hash(BitConverter.GetBytes(first + (ulong)i)))
                            .ToArray();
                        foreach (var leaf in leaves)
                            pushed.Push(leaf);
                        var built = EpochTree.Append(batched, leaves);
                        built.Root.ShouldBe(pushed.Root());
                        for (var i = 0; i < size; i++)
                            OutputsMerkleTree.Fold(first + (ulong)i, leaves[i], built.Prove(first + (ulong)i)).ShouldBe(built.Root);
                        if (size > 0)
                            batched = OutputsFrontier.FromLastProof(batched.Count - 1, leaves[^1], built.Prove(batched.Count - 1));
                    }
                },
                iter: 60
            );

    [Fact]
    public void A_proof_with_62_siblings_is_refused() =>
        Should.Throw<ArgumentException>(() => OutputsMerkleTree.Fold(0, Hash32.Zero, new Hash32[62]));
}
