using CsCheck;
using Rollups.Testing;

namespace Rollups.Domain.Tests.Merkle;

public sealed class OutputsTreeBuilderTests
{
    /// <summary>
    /// Around every border: of a pair, of a chunk and its neighbours, of the epoch that needs chunks, of the chunks of chunks.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 127)]
    [InlineData(0, 128)]
    [InlineData(0, 129)]
    [InlineData(1, 127)]
    [InlineData(1, 128)]
    [InlineData(127, 1)]
    [InlineData(127, 2)]
    [InlineData(127, 128)]
    [InlineData(127, 129)]
    [InlineData(127, 130)]
    [InlineData(128, 256)]
    [InlineData(255, 257)]
    [InlineData(1023, 2)]
    [InlineData(0, 16_384)]
    [InlineData(3, 16_385)]
    [InlineData(16_383, 16_514)]
    [InlineData(77, 20_001)]
    public void Every_proof_is_that_of_the_whole_tree(int before, int count) => ShouldHold(before, count);

    [Fact]
    public void Every_proof_is_that_of_the_whole_tree_for_any_epoch() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 20], Gen.Int[0, 2_000]), Gen.OneOf(Gen.Int[1, 20], Gen.Int[1, 600]))
            .Sample((before, count) => ShouldHold(before, count), iter: 300);

    /// <summary>No test can hold a tree so far to the right; the proofs must lead to the root that the frontier gives.</summary>
    [Fact]
    public void Every_proof_leads_to_the_root_wherever_the_epoch_begins() =>
        Gen.Select(Gen.ULong[0, (1UL << 62) - 1], Gen.OneOf(Gen.Int[1, 5], Gen.Int[1, 400]))
            .Sample(
                (before, count) =>
                {
                    var entries = Enumerable.Range(0, System.Numerics.BitOperations.PopCount(before)).Select(i => Leaf(-1 - i)).ToList();
                    var frontier = OutputsFrontier.Of(before, entries);
                    var leaves = Enumerable.Range(0, count).Select(Leaf).ToList();
                    var built = EpochTree.Append(frontier, leaves);
                    built.Root.ShouldBe(frontier.Root());
                    for (var i = 0; i < count; i++)
                        OutputsMerkleTree.Fold(before + (ulong)i, leaves[i], built.Prove(before + (ulong)i)).ShouldBe(built.Root);
                },
                iter: 200
            );

    /// <summary>The next epoch continues from the proof of the last output, whichever rows have it.</summary>
    [Fact]
    public void Epochs_continue_from_each_others_last_proof()
    {
        int[] counts = [1, 127, 129, 1, 700, 2, 17_000, 40];
        var (frontier, all) = (new OutputsFrontier(), new List<Hash32>());
        foreach (var count in counts)
        {
            var leaves = Enumerable.Range(all.Count, count).Select(Leaf).ToList();
            all.AddRange(leaves);
            var built = EpochTree.Append(frontier, leaves);
            frontier = OutputsFrontier.FromLastProof(frontier.Count - 1, leaves[^1], built.Prove(frontier.Count - 1));
            frontier.Root().ShouldBe(built.Root);
            frontier.Count.ShouldBe((ulong)all.Count);
        }

        frontier.Root().ShouldBe(new WholeTree(all).Root);
    }

    [Fact]
    public void A_small_epoch_is_one_row_of_a_few_hashes()
    {
        var frontier = OutputsFrontier.Of(1 << 20, [Leaf(-1)]);
        var one = EpochTree.Append(frontier, [Leaf(0)]);
        (one.Chunks.Count, one.Tree!.Siblings.Length).ShouldBe((0, Hash32.Size));
        var ten = EpochTree.Append(frontier, [.. Enumerable.Range(1, 10).Select(Leaf)]);
        ten.Chunks.ShouldBeEmpty();
        ten.Tree!.Siblings.Length.ShouldBeLessThan(1024);
    }

    /// <summary>About two hashes an output, in place of 63; and no row grows with the epoch.</summary>
    [Fact]
    public void A_large_epoch_has_chunks_of_at_most_8_KiB_and_a_proof_needs_one_of_each_level()
    {
        const int Count = 20_000;
        var built = EpochTree.Append(new OutputsFrontier(), [.. Enumerable.Range(0, Count).Select(Leaf)]);
        var sizes = built.Chunks.Select(chunk => chunk.Siblings.Length).Append(built.Tree!.Siblings.Length).ToList();
        sizes.Max().ShouldBeLessThanOrEqualTo(8192);
        sizes.Sum().ShouldBeInRange(Count * Hash32.Size, Count * Hash32.Size * 21 / 10);
        for (var index = 0UL; index < Count; index += 777)
            built.Tree.ChunksOf(index).Select(key => key.Level).ShouldBe([0, 7]);
    }

    [Fact]
    public void The_caller_may_take_the_chunks_away_as_they_are_finished()
    {
        var leaves = Enumerable.Range(0, 1000).Select(Leaf).ToList();
        var builder = new OutputsTreeBuilder(1, 0, new OutputsFrontier(), 1000);
        var taken = new List<OutputsTreeChunk>();
        foreach (var leaf in leaves)
        {
            builder.Add(leaf);
            var chunks = builder.TakeChunks();
            chunks.Count.ShouldBeLessThanOrEqualTo(1);
            taken.AddRange(chunks);
        }

        builder.Finish();
        taken.AddRange(builder.TakeChunks());
        var whole = EpochTree.Append(new OutputsFrontier(), leaves);
        taken.Select(Text).ShouldBe(whole.Chunks.Select(Text));
    }

    [Fact]
    public void Another_number_of_outputs_than_announced_is_refused()
    {
        var builder = new OutputsTreeBuilder(1, 0, new OutputsFrontier(), 2);
        builder.Add(Leaf(0));
        Should.Throw<InvalidOperationException>(() => builder.Finish()).Message.ShouldContain("outputs up to 1");
        Should.Throw<ArgumentOutOfRangeException>(() => new OutputsTreeBuilder(1, 0, new OutputsFrontier(), 0));
    }

    [Fact]
    public void An_output_of_another_epoch_and_a_row_of_another_length_are_refused()
    {
        var built = EpochTree.Append(OutputsFrontier.Of(1, [Leaf(-1)]), [Leaf(0), Leaf(1)]);
        Should.Throw<ArgumentOutOfRangeException>(() => built.Prove(0));
        Should.Throw<ArgumentOutOfRangeException>(() => built.Prove(3));
        built.Tree!.Siblings = built.Tree.Siblings[1..];
        Should.Throw<ArgumentException>(() => built.Prove(1));
    }

    private static void ShouldHold(int before, int count)
    {
        var leaves = Enumerable.Range(0, before + count).Select(Leaf).ToList();
        var frontier = new OutputsFrontier();
        foreach (var leaf in leaves.Take(before))
            frontier.Push(leaf);
        var built = EpochTree.Append(frontier, leaves[before..]);
        var whole = new WholeTree(leaves);
        built.Root.ShouldBe(whole.Root);
        // All of a small epoch, and of a large one the outputs around the borders of chunks.
        for (var index = before; index < before + count; index++)
        {
            if (count <= 1000 || index % 128 is 0 or 1 or 126 or 127 || index < before + 3 || index > before + count - 4)
                built.Prove((ulong)index).ShouldBe(whole.Prove(index), $"output {index} of {before} to {before + count - 1}");
        }
    }

    private static Hash32 Leaf(int number) => Keccak256.Hash(BitConverter.GetBytes(number));

    private static string Text(OutputsTreeChunk chunk) => $"{chunk.FirstIndex} {chunk.Level} {Hex.Encode(chunk.Siblings)}";
}
