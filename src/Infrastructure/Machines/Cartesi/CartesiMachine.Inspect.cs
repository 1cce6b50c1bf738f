using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

internal sealed partial class CartesiMachine
{
    /// <summary>On a copy of the adopted state, which is thrown away; an advance runs on beside it.</summary>
    public async Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            var (copy, state, processed) = await CopyAsync(until.Token);
            try
            {
                return await InspectAsync(copy, state, processed, query, until.Token);
            }
            catch (Exception exception) when (exception is ServerRefusedException or ServerLostException or ServerSilentException)
            {
                until.Token.ThrowIfCancellationRequested();
                return Failed(processed, Faults.Sentence(exception));
            }
            catch (MachineException exception)
            {
                return Failed(processed, exception.Message);
            }
            finally
            {
                await _servers.EndAsync(copy);
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MachineException($"The machine of {_application} is closed.");
        }
        catch (Exception exception) when (exception is ServerRefusedException or ServerLostException or ServerSilentException)
        {
            throw new MachineUnavailableException(
                $"The machine of {_application} cannot be copied for a query ({Faults.Sentence(exception)}).",
                Faults.Later
            );
        }
    }

    private async Task<(MachineServer Server, MachineState State, ulong Processed)> CopyAsync(CancellationToken cancellationToken)
    {
        await _queries.WaitAsync(cancellationToken);
        try
        {
            QueryBase found;
            ulong processed;
            await _turn.WaitAsync(cancellationToken);
            try
            {
                // After an exception the server itself would still take a query.
                EnsureGoing();
                found = await _lineage.FindBaseAsync(!_isRunning && _end is null, cancellationToken);
                processed = _adopted.ProcessedInputs;
                if (found.Steps.Count == 0)
                    return (await ForkForQueryAsync(found.Server, cancellationToken), found.State, processed);
            }
            finally
            {
                _turn.Release();
            }

            return (await CatchUpAsync(found, cancellationToken), found.State, processed);
        }
        finally
        {
            _queries.Release();
        }
    }

    /// <summary>
    /// A copy for the query from a machine that first runs the inputs up to the adopted state; the next query finds it there.
    /// </summary>
    private async Task<MachineServer> CatchUpAsync(QueryBase found, CancellationToken cancellationToken)
    {
        MachineServer? copy = null;
        try
        {
            await _lineage.RepeatAsync(found.Server, found.Steps, cancellationToken);
            copy = await ForkForQueryAsync(found.Server, cancellationToken);
            await _turn.WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            await _servers.EndAsync(found.Server);
            if (copy is not null)
                await _servers.EndAsync(copy);
            // The machine itself goes on: it is the query that cannot be answered.
            if (exception is MachineException)
                throw new MachineUnavailableException(exception.Message, Faults.Later);
            throw;
        }

        try
        {
            await _lineage.KeepAsync(found);
            return copy;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<MachineServer> ForkForQueryAsync(MachineServer parent, CancellationToken cancellationToken)
    {
        var copy = await _servers.ForkAsync(parent, cancellationToken);
        _servers.GiveWay(copy);
        return copy;
    }

    private async Task<InspectResult> InspectAsync(
        MachineServer server,
        MachineState state,
        ulong processed,
        ReadOnlyMemory<byte> query,
        CancellationToken cancellationToken
    )
    {
        if (query.Length > MachineServer.BufferBytes)
            return Failed(processed, $"The query has {query.Length} bytes: the machine takes {MachineServer.BufferBytes}.");
        var run = new MachineRun(server, state.Mcycle, RunLimits.Inspect(_limits), _clock);
        var reason = await run.RunAsync(new CmioRequest(query, RevertRoot: null), cancellationToken);
        var end = AdvanceEnd.Of(reason, await server.RestAsync(withRoot: false, cancellationToken));
        return end.Outcome switch
        {
            // Whatever it declares as outputs root: a query has no outputs.
            AdvanceOutcome.Accepted or AdvanceOutcome.InvalidOutputsRoot => Ended(InspectOutcome.Accepted),
            AdvanceOutcome.Rejected => Ended(InspectOutcome.Rejected),
            AdvanceOutcome.Exception => Ended(InspectOutcome.Exception),
            AdvanceOutcome.MachineHalted => Ended(InspectOutcome.MachineHalted),
            AdvanceOutcome.Overflow => Failed(processed, "The query used up the machine's cycle window."),
            _ => Failed(processed, "The application asked for generic I/O, or yielded for an unknown reason."),
        };

        InspectResult Ended(InspectOutcome outcome) => new(outcome, run.Reports, end.ExceptionData, processed);
    }

    private static InspectResult Failed(ulong processed, string error) => new(InspectOutcome.Failed, [], null, processed, error);
}
