using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Advancer.Tests.Hosts;

/// <summary>Echo machines that remember what they were asked for, and answer otherwise where a test says so.</summary>
internal sealed class ScriptedMachines : IMachineFactory
{
    private readonly Channel<ulong> _adopted = Channel.CreateUnbounded<ulong>();
    private readonly IMachineFactory _echo = new ServiceCollection()
        .AddMachines()
        .BuildServiceProvider()
        .GetServices<IMachineFactory>()
        .For("echo:");

    /// <summary>Every run in order, replays included.</summary>
    public ConcurrentQueue<(Address Application, ulong Input)> Runs { get; } = [];

    /// <summary>What becomes of a result before the Advancer sees it.</summary>
    public Func<ulong, AdvanceResult, AdvanceResult> Answer { get; set; } = (_, result) => result;

    /// <summary>Awaited before a run.</summary>
    public Func<ulong, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before a query.</summary>
    public Func<CancellationToken, Task> Inspecting { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited after a state was adopted.</summary>
    public Func<Task> Adopted { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited before a machine is closed.</summary>
    public Func<Task> Closing { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited before a state is stored.</summary>
    public Func<string, Task> Storing { get; set; } = _ => Task.CompletedTask;

    /// <summary>False: a kind that keeps no snapshots.</summary>
    public bool KeepsSnapshots { get; set; } = true;

    /// <summary>Number of inputs of each state that was stored, in order.</summary>
    public ConcurrentQueue<ulong> Stored { get; } = [];

    /// <summary>What becomes of a restored machine's first result after its snapshot.</summary>
    public Func<AdvanceResult, AdvanceResult> AfterRestore { get; set; } = result => result;

    /// <summary>Machines that are not disposed.</summary>
    public int Open => _open;

    private int _open;
    private int _broken;

    /// <summary>Every machine that there is can run nothing more.</summary>
    public void Break() => Interlocked.Increment(ref _broken);

    /// <summary>Ends when the state after that input was adopted, so when its result is stored.</summary>
    public async Task UntilAdoptedAsync(ulong input, CancellationToken cancellationToken)
    {
        while (await _adopted.Reader.ReadAsync(cancellationToken) != input) { }
    }

    /// <summary>The limits with which each machine was made.</summary>
    public ConcurrentQueue<ExecutionParameters> Limits { get; } = [];

    /// <summary>Whether each machine was to record its states, restored ones included.</summary>
    public ConcurrentQueue<(Address Application, bool Records)> RecordsStates { get; } = [];

    public Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    )
    {
        RecordsStates.Enqueue((application, recordsStates));
        return RestoreAsync(templateUri, application, folder, cancellationToken);
    }

    public Task<IRollupsMachine> CreateAsync(
        string templateUri,
        Address application,
        ExecutionParameters limits,
        bool recordsStates,
        CancellationToken cancellationToken
    )
    {
        Limits.Enqueue(limits);
        RecordsStates.Enqueue((application, recordsStates));
        return CreateAsync(templateUri, application, cancellationToken);
    }

    public string Scheme => "scripted:";

    public async Task<IRollupsMachine> CreateAsync(string templateUri, Address application, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _open);
        return new Machine(this, application, await _echo.CreateAsync("echo:", application, cancellationToken));
    }

    public async Task<IRollupsMachine> RestoreAsync(
        string templateUri,
        Address application,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var echo = await _echo.RestoreAsync("echo:", application, folder, cancellationToken);
        Interlocked.Increment(ref _open);
        return new Machine(this, application, echo, isRestored: true);
    }

    public Task<Hash32> GetTemplateHashAsync(string templateUri, CancellationToken cancellationToken) =>
        _echo.GetTemplateHashAsync("echo:", cancellationToken);

    private sealed class Machine(ScriptedMachines script, Address application, IRollupsMachine echo, bool isRestored = false)
        : IRollupsMachine
    {
        private readonly int _made = script._broken;

        public ulong ProcessedInputs => echo.ProcessedInputs;

        public Hash32 StateHash => echo.StateHash;

        public bool IsUsable => echo.IsUsable && _made == script._broken;

        public async Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
        {
            script.Runs.Enqueue((application, inputIndex));
            await script.Before(inputIndex);
            var result = script.Answer(inputIndex, await echo.AdvanceAsync(inputIndex, input, cancellationToken));
            return isRestored ? script.AfterRestore(result) : result;
        }

        public async Task AdoptAsync(CancellationToken cancellationToken)
        {
            var before = echo.ProcessedInputs;
            await echo.AdoptAsync(cancellationToken);
            await script.Adopted();
            for (var input = before; input < echo.ProcessedInputs; input++)
                script._adopted.Writer.TryWrite(input);
        }

        public Task DiscardAsync(CancellationToken cancellationToken) => echo.DiscardAsync(cancellationToken);

        public async Task<InspectResult> InspectAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
        {
            await script.Inspecting(cancellationToken);
            return await echo.InspectAsync(query, cancellationToken);
        }

        public async Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken)
        {
            if (!script.KeepsSnapshots)
                return false;
            await script.Storing(folder);
            script.Stored.Enqueue(echo.ProcessedInputs);
            return await echo.SnapshotAsync(folder, cancellationToken);
        }

        public Task<StateProof> ProveStateAsync(CancellationToken cancellationToken) => echo.ProveStateAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await script.Closing();
            Interlocked.Decrement(ref script._open);
            await echo.DisposeAsync();
        }
    }
}
