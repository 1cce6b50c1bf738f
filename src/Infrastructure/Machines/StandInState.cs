using System.Buffers.Binary;
using System.Text;
using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// The state of a machine that has no memory of its own to hash: a synthetic one with four non-zero blocks, namely iflags, tohost, the
/// outputs root, and keccak256(previous state, keccak256(input)). So state hashes depend on the whole history of accepted inputs, and
/// state proofs are real. It is a stand-in: nothing of the program that ran the inputs is in it.
/// </summary>
internal sealed record StandInState(ulong ProcessedInputs, Hash32 History, OutputsFrontier Outputs)
{
    // Start of RAM, 0x80000000.
    private const ulong HistoryIndex = 0x80000000 >> 5;
    private static readonly Hash32 Yielded = Block(8, 1);

    // Manual yield, rx-accepted, 32 bytes of data.
    private static readonly Hash32 Accepted = Block(16, 0x0201000100000020);

    private const int OutputsJoin = 25;
    private const int HistoryJoin = 26;

    // Up to where the path of the outputs root joins them: the level at which its index differs from theirs for the last time.
    private static readonly Hash32 LowBlocks = MemoryMerkleTree.Climb(
        Keccak256.Hash(MemoryMerkleTree.Leaf(Yielded), MemoryMerkleTree.Leaf(Accepted)),
        StateProofs.IflagsYIndex,
        1,
        OutputsJoin
    );

    private Hash32? _hash;

    /// <summary>Root of the outputs tree.</summary>
    public Hash32 OutputsRoot { get; } = Outputs.Root();

    /// <summary>Root of the synthetic memory.</summary>
    /// <remarks>
    /// What <see cref="MemoryMerkleTree.Root"/> gives for the four blocks. Every input needs it, so what never changes is hashed once.
    /// </remarks>
    public Hash32 Hash => _hash ??= Root();

    /// <summary>The state before any input.</summary>
    /// <param name="seed">Name of the kind of machine, so that two kinds have different hashes.</param>
    public static StandInState Template(string seed) => new(0, Keccak256.Hash(Encoding.ASCII.GetBytes(seed)), new OutputsFrontier());

    /// <summary>The state after an input that changes it.</summary>
    public StandInState After(ReadOnlySpan<byte> input, IReadOnlyList<byte[]> outputs)
    {
        var frontier = Outputs.Copy();
        foreach (var output in outputs)
            frontier.Push(Keccak256.Hash(output));
        return new StandInState(ProcessedInputs + 1, Keccak256.Hash(Hash, Keccak256.Hash(input)), frontier);
    }

    /// <summary>The state after an input that was rejected: only the count moves.</summary>
    public StandInState AfterRejection() => this with { ProcessedInputs = ProcessedInputs + 1 };

    /// <summary>The result of the input after which this is the state.</summary>
    public AdvanceResult Result(
        AdvanceOutcome outcome,
        IReadOnlyList<byte[]> outputs,
        IReadOnlyList<byte[]> reports,
        byte[]? exception = null
    ) =>
        // There are no cycles: the state after the input applies from the first stride on.
        new(outcome, outputs, reports, exception, Hash, OutputsRoot, [new StateRun(Hash, ComputationTree.LeavesOfAnInput)]);

    public StateProof Prove()
    {
        var blocks = Blocks();
        return new StateProof(
            Hash,
            blocks[StateProofs.OutputsRootIndex],
            MemoryMerkleTree.Siblings(blocks, StateProofs.OutputsRootIndex),
            blocks[StateProofs.IflagsYIndex],
            MemoryMerkleTree.Siblings(blocks, StateProofs.IflagsYIndex),
            blocks[StateProofs.TohostIndex],
            MemoryMerkleTree.Siblings(blocks, StateProofs.TohostIndex)
        );
    }

    private Hash32 Root()
    {
        var outputs = MemoryMerkleTree.Climb(MemoryMerkleTree.Leaf(OutputsRoot), StateProofs.OutputsRootIndex, 0, OutputsJoin);
        var history = MemoryMerkleTree.Climb(MemoryMerkleTree.Leaf(History), HistoryIndex, 0, HistoryJoin);
        var joined = Keccak256.Hash(Keccak256.Hash(LowBlocks, outputs), history);
        return MemoryMerkleTree.Climb(joined, 0, HistoryJoin + 1, MemoryMerkleTree.Height);
    }

    private Dictionary<ulong, Hash32> Blocks() =>
        new()
        {
            [StateProofs.IflagsYIndex] = Yielded,
            [StateProofs.TohostIndex] = Accepted,
            [StateProofs.OutputsRootIndex] = OutputsRoot,
            [HistoryIndex] = History,
        };

    private static Hash32 Block(int offset, ulong word)
    {
        Span<byte> block = stackalloc byte[Hash32.Size];
        block.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(block[offset..], word);
        return new Hash32(block);
    }
}
