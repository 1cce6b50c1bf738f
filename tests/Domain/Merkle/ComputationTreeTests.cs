using CsCheck;

namespace Rollups.Domain.Tests.Merkle;

public sealed class ComputationTreeTests
{
    private const ulong Slot = ComputationTree.LeavesOfAnInput;

    public static TheoryData<string, (string Leaf, ulong Repetitions)[], string, string> Epochs =>
        new()
        {
            { "one state", [(Word("11"), 1UL << 48)], "0x750e30a53b46d4adaa8fa2bc0d168a3f36a9a1247b7f0d100b5be783997e4d8a", "" },
            {
                "two inputs",
                [(Word("11"), Slot), (Word("22"), Slot)],
                "0x9cf936a537a628bfa21652540b60463ad4b65268bdbf5958490df0668c98b0c2",
                "0xd5d462afb1aecb7ced75dc12a3857b0317a284dd573d041aff3cc87a3834f5f8"
            },
            {
                "strides",
                [(Word("aa"), 1), (Word("bb"), 1), (Word("cc"), Slot - 2), (Word("cc"), Slot)],
                "0xef902d90bddbdd6b2c17d658dc1a5895441aed9f0d702ae5856a5d2af5c49ca5",
                "0x1aaaff2de9edbc8c4f2a9c1869ab331ad98012828507c78d711702aa6c8d0fa3"
            },
            {
                "an empty epoch of a real machine",
                [("0xbc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a", 1)],
                "0x0f47ce13325b817b74a68c932f9521440133c7d25d2ef59a3913b25edc94ce9d",
                ""
            },
            {
                "one input of a real machine",
                [
                    ("0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2", 1),
                    ("0xf2ee15ea639b73fa3db9b34a245bdfa015c260c598b211bf05a1ecc4b3e3b4f2", 1),
                    ("0x69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287", Slot - 2),
                ],
                "0xeac5af6c6d5ddca569d2e1b5c109b6e581be4499190a029908d0c099dba4ce40",
                ""
            },
            {
                "two inputs of a real machine",
                [
                    ("0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2", 1),
                    ("0x69c322e3248a5dfc29d73c5b0553b0185a35cd5bb6386747517ef7e53b15e287", Slot - 1),
                    ("0xf343681465b9efe82c933c3e8748c70cb8aa06539c361de20f72eac04e766393", 1),
                    ("0xdbb8d0f4c497851a5043c6363657698cb1387682cac2f786c731f8936109d795", Slot - 1),
                ],
                "0x6914b6f39607758b3b3a254cd6673a2c798b9f832f0b983dcfeea3e9e2637730",
                ""
            },
        };

    [Theory]
    [MemberData(nameof(Epochs))]
    public void An_epoch_s_commitment_is_the_known_one(string name, (string Leaf, ulong Repetitions)[] runs, string root, string leftChild)
    {
        var tree = new ComputationTree();
        foreach (var (leaf, repetitions) in runs)
            tree.Append(Hash32.Parse(leaf), repetitions);
        tree.Complete(Hash32.Parse(runs[^1].Leaf));

        var (commitment, siblings) = tree.Result();
        commitment.ToString().ShouldBe(root, name);
        siblings.Count.ShouldBe(48);
        if (leftChild.Length > 0)
            siblings[^1].ToString().ShouldBe(leftChild);
        Fold(Hash32.Parse(runs[^1].Leaf), siblings).ShouldBe(commitment);
    }

    [Fact]
    public void A_slot_of_one_state_is_the_known_one()
    {
        var tree = new ComputationTree(24);
        tree.Complete(Hash32.Parse(Word("11")));

        tree.Result().Root.ToString().ShouldBe("0x9e3b95a0c32356f4881507a1a4a1fdeaa8f4fcbad0d4053f08cacac45c6a6d7c");
    }

    /// <summary>Any runs in a small tree, against the tree made leaf by leaf.</summary>
    [Fact]
    public void A_tree_of_runs_is_the_tree_of_its_leaves() =>
        Gen.Select(Gen.Int[1, 8], Gen.Select(Gen.Byte[0, 3], Gen.Int[1, 70]).List[1, 40])
            .Sample(
                (height, runs) =>
                {
                    var tree = new ComputationTree(height);
                    var leaves = new List<Hash32>();
                    foreach (var (state, wanted) in runs)
                    {
                        var length = Math.Min(wanted, (1 << height) - leaves.Count);
                        tree.Append(State(state), (ulong)length);
                        leaves.AddRange(Enumerable.Repeat(State(state), length));
                    }

                    tree.Complete(State(9));
                    leaves.AddRange(Enumerable.Repeat(State(9), (1 << height) - leaves.Count));

                    var (root, siblings) = tree.Result();
                    root.ShouldBe(Brute(leaves));
                    Fold(leaves[^1], siblings).ShouldBe(root);
                }
            );

    [Fact]
    public void More_leaves_than_the_tree_has_are_refused()
    {
        var tree = new ComputationTree(3);
        tree.Append(State(1), 5);

        Should
            .Throw<ArgumentOutOfRangeException>(() => tree.Append(State(2), 4))
            .Message.ShouldContain("4 leaves do not fit: the tree has 8 and 5 are taken");
    }

    [Fact]
    public void An_unfinished_tree_has_no_result() =>
        Should.Throw<InvalidOperationException>(() => new ComputationTree(3).Result()).Message.ShouldBe("The tree has 0 of 8 leaves.");

    private static Hash32 Brute(List<Hash32> level)
    {
        while (level.Count > 1)
            level = [.. level.Chunk(2).Select(pair => Keccak256.Hash(pair[0], pair[1]))];
        return level[0];
    }

    private static Hash32 Fold(Hash32 last, IEnumerable<Hash32> siblings) =>
        siblings.Aggregate(last, (node, sibling) => Keccak256.Hash(sibling, node));

    private static Hash32 State(byte number) => Keccak256.Hash([number]);

    private static string Word(string octet) => "0x" + string.Concat(Enumerable.Repeat(octet, 32));
}
