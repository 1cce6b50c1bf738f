using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>
/// The built-in echo application: answers every input with a notice and a report of the same payload, and a voucher that returns it to the
/// sender; every query with a report of its bytes. Deterministic, in process. Payloads that begin with a marker show the other ways in
/// which an input can end: <c>reject</c>, <c>exception:</c> (the rest is the exception's payload), <c>halt</c>, and <c>silent</c>
/// (accepted without any output). An input that is not an encoded EvmAdvance call is rejected.
/// </summary>
internal sealed class EchoMachine : IRollupsMachine
{
    private static readonly StandInState Template = StandInState.Template("rollups echo machine 1");

    // Read by queries while the Advancer adopts another state.
    private volatile StandInState _adopted;
    private StandInState? _staged;

    public EchoMachine()
        : this(Template) { }

    internal EchoMachine(StandInState state) => _adopted = state;

    public static Hash32 TemplateHash => Template.Hash;

    public ulong ProcessedInputs => _adopted.ProcessedInputs;

    public Hash32 StateHash => _adopted.Hash;

    public bool IsUsable => true;

    /// <summary>The state after the last advance.</summary>
    private StandInState Last => _staged ?? _adopted;

    public Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (inputIndex != Last.ProcessedInputs)
            throw new MachineException($"The echo machine has run {Last.ProcessedInputs} inputs and cannot run input {inputIndex}.");
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
        var outcome =
            Begins(payload, "exception:"u8) ? AdvanceOutcome.Exception
            : Begins(payload, "halt"u8) ? AdvanceOutcome.MachineHalted
            : AdvanceOutcome.Accepted;
        byte[][] outputs =
            outcome != AdvanceOutcome.Accepted || Begins(payload, "silent"u8)
                ? []
                : [Outputs.Notice(payload), Outputs.Voucher(advance.Sender, 0, payload)];
        _staged = Last.After(input.Span, outputs);
        return Task.FromResult(
            _staged.Result(
                outcome,
                outputs,
                outputs.Length == 0 ? [] : [payload],
                outcome == AdvanceOutcome.Exception ? payload["exception:".Length..] : null
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

    public Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        var (bytes, processed) = (query.ToArray(), _adopted.ProcessedInputs);
        return Task.FromResult(
            Begins(bytes, "reject"u8) ? new InspectResult(InspectOutcome.Rejected, [], null, processed)
            : Begins(bytes, "exception:"u8) ? new InspectResult(InspectOutcome.Exception, [], bytes["exception:".Length..], processed)
            : Begins(bytes, "halt"u8) ? new InspectResult(InspectOutcome.MachineHalted, [], null, processed)
            : new InspectResult(InspectOutcome.Accepted, [bytes], null, processed)
        );
    }

    public Task<StateProof> ProveStateAsync(CancellationToken cancellationToken) => Task.FromResult(_adopted.Prove());

    public async Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken)
    {
        await EchoSnapshot.WriteAsync(folder, _adopted, cancellationToken);
        return true;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AdvanceResult Reject()
    {
        _staged = Last.AfterRejection();
        return _staged.Result(AdvanceOutcome.Rejected, [], []);
    }

    private static bool Begins(byte[] payload, ReadOnlySpan<byte> marker) => payload.AsSpan().StartsWith(marker);
}
