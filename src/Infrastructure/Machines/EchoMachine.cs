using System.Buffers.Binary;
using System.Text;
using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// The built-in echo application: answers every input with a notice and a report of the same payload, and a voucher that returns it to the
/// sender. Deterministic, in process. Payloads that begin with a marker show the other ways in which an input can end: <c>reject</c>,
/// <c>exception:</c> (the rest is the exception's payload), <c>halt</c>, and <c>silent</c> (accepted without any output). An input that is
/// not an encoded EvmAdvance call is rejected.
/// </summary>
/// <remarks>
/// Its state is a synthetic memory with four non-zero blocks: iflags, tohost, the outputs root, and keccak256(previous state,
/// keccak256(input)). So state hashes depend on the whole history, and state proofs are real.
/// </remarks>
internal sealed class EchoMachine : IRollupsMachine
{
    // Start of RAM, 0x80000000.
    private const ulong HistoryIndex = 0x80000000 >> 5;
    private static readonly Hash32 TemplateSeed = Keccak256.Hash(Encoding.ASCII.GetBytes("rollups echo machine 1"));
    private static readonly Hash32 Yielded = Block(8, 1);

    // Manual yield, rx-accepted, 32 bytes of data.
    private static readonly Hash32 Accepted = Block(16, 0x0201000100000020);

    private State _adopted = State.Template();
    private State? _staged;

    public static Hash32 TemplateHash { get; } = State.Template().Hash;

    public ulong ProcessedInputs => _adopted.Processed;

    public Hash32 StateHash => _adopted.Hash;

    public Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (inputIndex != _adopted.Processed)
            throw new MachineException($"The echo machine has completed {_adopted.Processed} inputs and cannot run input {inputIndex}.");
        cancellationToken.ThrowIfCancellationRequested();
        EvmAdvance advance;
        try
        {
            advance = EvmAdvance.Decode(input.Span);
        }
        catch (AbiException)
        {
            // Anyone may put such bytes on L1. It is for the application to reject them; the node and its machine are not at fault.
            return Task.FromResult(Reject());
        }

        var payload = advance.Payload;
        if (Begins(payload, "reject"u8))
            return Task.FromResult(Reject());
        var frontier = _adopted.Outputs.Copy();
        var outcome =
            Begins(payload, "exception:"u8) ? AdvanceOutcome.Exception
            : Begins(payload, "halt"u8) ? AdvanceOutcome.MachineHalted
            : AdvanceOutcome.Accepted;
        byte[][] outputs =
            outcome != AdvanceOutcome.Accepted || Begins(payload, "silent"u8)
                ? []
                : [Outputs.Notice(payload), Outputs.Voucher(advance.Sender, 0, payload)];
        foreach (var output in outputs)
            frontier.Push(Keccak256.Hash(output));
        _staged = new State(_adopted.Processed + 1, Keccak256.Hash(_adopted.Hash, Keccak256.Hash(input.Span)), frontier);
        return Task.FromResult(
            Result(
                outcome,
                outputs,
                outputs.Length == 0 ? [] : [payload],
                outcome == AdvanceOutcome.Exception ? payload["exception:".Length..] : null,
                _staged
            )
        );
    }

    public Task AdoptAsync(CancellationToken cancellationToken)
    {
        _adopted = _staged ?? throw new MachineException("There is no staged state to adopt.");
        _staged = null;
        return Task.CompletedTask;
    }

    public Task DiscardAsync(CancellationToken cancellationToken)
    {
        _staged = null;
        return Task.CompletedTask;
    }

    public Task<StateProof> ProveStateAsync(CancellationToken cancellationToken)
    {
        var blocks = _adopted.Blocks();
        return Task.FromResult(
            new StateProof(
                _adopted.Hash,
                blocks[StateProofs.OutputsRootIndex],
                MemoryMerkleTree.Siblings(blocks, StateProofs.OutputsRootIndex),
                blocks[StateProofs.IflagsYIndex],
                MemoryMerkleTree.Siblings(blocks, StateProofs.IflagsYIndex),
                blocks[StateProofs.TohostIndex],
                MemoryMerkleTree.Siblings(blocks, StateProofs.TohostIndex)
            )
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AdvanceResult Reject()
    {
        _staged = _adopted with { Processed = _adopted.Processed + 1 };
        return Result(AdvanceOutcome.Rejected, [], [], null, _staged);
    }

    private static AdvanceResult Result(
        AdvanceOutcome outcome,
        IReadOnlyList<byte[]> outputs,
        IReadOnlyList<byte[]> reports,
        byte[]? exception,
        State state
    ) =>
        // The machine has no cycles: the state after the input applies from the first stride on.
        new(
            outcome,
            outputs,
            reports,
            exception,
            state.Hash,
            state.OutputsRoot,
            [new StateRun(state.Hash, ComputationTree.LeavesOfAnInput)]
        );

    private static bool Begins(byte[] payload, ReadOnlySpan<byte> marker) => payload.AsSpan().StartsWith(marker);

    private static Hash32 Block(int offset, ulong word)
    {
        Span<byte> block = stackalloc byte[Hash32.Size];
        block.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(block[offset..], word);
        return new Hash32(block);
    }

    private sealed record State(ulong Processed, Hash32 History, OutputsFrontier Outputs)
    {
        private Hash32? _hash;

        public Hash32 OutputsRoot { get; } = Outputs.Root();

        public Hash32 Hash => _hash ??= MemoryMerkleTree.Root(Blocks());

        public static State Template() => new(0, TemplateSeed, new OutputsFrontier());

        public Dictionary<ulong, Hash32> Blocks() =>
            new()
            {
                [StateProofs.IflagsYIndex] = Yielded,
                [StateProofs.TohostIndex] = Accepted,
                [StateProofs.OutputsRootIndex] = OutputsRoot,
                [HistoryIndex] = History,
            };
    }
}
