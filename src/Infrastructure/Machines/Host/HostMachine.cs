using Rollups.Domain;

namespace Rollups.Machines.Host;

/// <summary>
/// An application whose program runs outside the node and speaks the Rollup HTTP API. Its hashes are those of <see cref="StandInState"/>:
/// a stand-in for development. The program's own memory cannot be rolled back, so it is rebuilt by replaying all inputs to a new process.
/// </summary>
internal sealed class HostMachine : IRollupsMachine
{
    private readonly Backend _backend;
    private readonly HostMachineOptions _options;

    // One request at a time: the first advance takes the turn, which ends when everything staged is adopted or dropped. Queries queue up
    // before the second one, so that an advance waits for one query at most.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _queries = new(1);
    private readonly CancellationTokenSource _closed = new();
    private StandInState _adopted = Template;
    private StandInState? _staged;
    private bool _isLost;

    public HostMachine(Backend backend, HostMachineOptions options) => (_backend, _options) = (backend, options);

    public static StandInState Template { get; } = StandInState.Template("rollups host machine 1");

    public ulong ProcessedInputs => _adopted.ProcessedInputs;

    public Hash32 StateHash => _adopted.Hash;

    public bool IsUsable => !_isLost && !_closed.IsCancellationRequested && !_backend.HasDied;

    /// <summary>The state after the last advance.</summary>
    private StandInState Last => _staged ?? _adopted;

    private string Name => _backend.Application.ToString();

    public async Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (_isLost)
            throw Lost();
        if (inputIndex != Last.ProcessedInputs)
            throw new MachineException(
                $"The backend of {Name} has completed {Last.ProcessedInputs} inputs and cannot run input {inputIndex}."
            );
        if (_staged is null)
            await _turn.WaitAsync(cancellationToken);
        try
        {
            // Nobody can send other bytes by the InputBox; in a Cartesi Machine the guest's own library would fail on them.
            if (Decode(input.Span) is not { } advance)
                return Reject();
            var request = new HostRequest($"input {inputIndex}", RollupBody.Advance(advance), Last.Outputs.Count);
            var end = await _backend.RunAsync(request, _options.AdvanceTimeout, cancellationToken);
            return Stage(input.Span, request, end);
        }
        finally
        {
            if (_staged is null)
                _turn.Release();
        }
    }

    public Task AdoptAsync(CancellationToken cancellationToken)
    {
        _adopted = _staged ?? throw new MachineException("There is no staged state to adopt.");
        _staged = null;
        _backend.Progressed();
        _turn.Release();
        return Task.CompletedTask;
    }

    public Task DiscardAsync(CancellationToken cancellationToken)
    {
        if (_staged is null)
            return Task.CompletedTask;
        // The program has seen the inputs already.
        (_staged, _isLost) = (null, true);
        _turn.Release();
        return Task.CompletedTask;
    }

    public async Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await _queries.WaitAsync(until.Token);
            try
            {
                await _turn.WaitAsync(until.Token);
                try
                {
                    return await InspectNowAsync(query, until.Token);
                }
                finally
                {
                    _turn.Release();
                }
            }
            finally
            {
                _queries.Release();
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            throw Lost();
        }
    }

    public Task<StateProof> ProveStateAsync(CancellationToken cancellationToken) => Task.FromResult(_adopted.Prove());

    // The state is in the program's memory.
    public Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken) => Task.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        if (_closed.IsCancellationRequested)
            return;
        await _closed.CancelAsync();
        await _backend.DisposeAsync();
    }

    private async Task<InspectResult> InspectNowAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        if (!IsUsable)
            throw Lost();
        var request = new HostRequest("a query", RollupBody.Inspect(query.Span), firstOutput: null);
        var processed = _adopted.ProcessedInputs;
        try
        {
            var end = await _backend.RunAsync(request, _options.InspectTimeout, cancellationToken);
            return end.Outcome switch
            {
                AdvanceOutcome.Accepted => new InspectResult(InspectOutcome.Accepted, request.Reports, null, processed),
                AdvanceOutcome.Rejected => new InspectResult(InspectOutcome.Rejected, request.Reports, null, processed),
                AdvanceOutcome.Exception => new InspectResult(InspectOutcome.Exception, request.Reports, end.Exception, processed),
                _ => new InspectResult(InspectOutcome.Failed, request.Reports, null, processed, "The backend asked for generic I/O."),
            };
        }
        catch (MachineException exception)
        {
            // Only the query has failed: the backend keeps what it had, and comes back when it is done.
            return new InspectResult(InspectOutcome.Failed, [], null, processed, exception.Message);
        }
    }

    private AdvanceResult Stage(ReadOnlySpan<byte> input, HostRequest request, HostEnd end)
    {
        var outcome =
            _options.ContinueAfterException && end.Outcome is not AdvanceOutcome.Accepted ? AdvanceOutcome.Rejected : end.Outcome;
        if (end.Outcome is not (AdvanceOutcome.Accepted or AdvanceOutcome.Rejected))
            _backend.Report(request.Name, end, outcome);
        if (outcome == AdvanceOutcome.Rejected)
            return Reject();
        var accepted = outcome == AdvanceOutcome.Accepted;
        _staged = Last.After(input, accepted ? request.Outputs : []);
        return _staged.Result(outcome, accepted ? request.Outputs : [], accepted ? request.Reports : [], end.Exception);
    }

    private AdvanceResult Reject()
    {
        _staged = Last.AfterRejection();
        return _staged.Result(AdvanceOutcome.Rejected, [], []);
    }

    private MachineException Lost() =>
        new($"The backend of {Name} has seen an input whose result was not stored, or was ended: it must be started anew.");

    /// <summary>Null if it is not one that the guest's library could decode: its numbers have 64 bits there.</summary>
    private static EvmAdvance? Decode(ReadOnlySpan<byte> input)
    {
        try
        {
            var advance = EvmAdvance.Decode(input);
            return
                advance.ChainId > ulong.MaxValue
                || advance.BlockNumber > ulong.MaxValue
                || advance.BlockTimestamp > ulong.MaxValue
                || advance.Index > ulong.MaxValue
                ? null
                : advance;
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
