using System.Text.Json;
using Rollups.Domain;
using Rollups.Machines.Cartesi.Servers;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>
/// One machine server and its machine: the calls of JSON-RPC API 0.7 (emulator 0.21) that the node needs. All of them throw
/// <see cref="ServerRefusedException"/>, <see cref="ServerLostException"/> or <see cref="ServerSilentException"/>.
/// </summary>
/// <param name="host">Name or IP address.</param>
/// <param name="port">TCP port.</param>
/// <param name="pid">Its process id on its own host.</param>
/// <param name="callTimeout">Deadline of a call that does not run, load or store the machine.</param>
/// <param name="clock">Clock of the deadlines.</param>
internal sealed class MachineServer(string host, int port, int pid, TimeSpan callTimeout, TimeProvider clock) : IDisposable
{
    /// <summary>Bytes of the TX buffer, and of the RX buffer.</summary>
    public const int BufferBytes = 1 << 21;

    private readonly RpcConnection _connection = new(host, port, clock);

    public string Host => host;

    public int Port => port;

    public int Pid => pid;

    /// <summary>Version of the JSON-RPC API; not of the emulator.</summary>
    public async Task<Version> GetVersionAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(cancellationToken, new RpcCall("get_version"));
        return new Version(Part("major"), Part("minor"), Part("patch"));

        int Part(string name) => answer.Field(0, name).TryGetInt32(out var part) && part >= 0 ? part : throw answer.Nonsense(0);
    }

    /// <summary>Gives the server, and those forked from it, a process group of their own, whose number is the server's pid.</summary>
    public Task EmancipateAsync(CancellationToken cancellationToken) => DoAsync(new RpcCall("emancipate"), callTimeout, cancellationToken);

    /// <summary>A new server with a copy of the machine.</summary>
    public async Task<MachineServer> ForkAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(cancellationToken, new RpcCall("fork"));
        var address = answer.Field(0, "address").GetString() ?? "";
        var colon = address.LastIndexOf(':');
        if (
            !answer.Field(0, "pid").TryGetInt32(out var child)
            || child <= 0
            || !ushort.TryParse(address.AsSpan(colon + 1), out var forkPort)
        )
            throw answer.Nonsense(0);
        // The same host: a server that listens on all addresses would name 0.0.0.0.
        return new MachineServer(host, forkPort, child, callTimeout, clock);
    }

    /// <summary>Loads a stored machine into a server that has none.</summary>
    /// <param name="folder">Where it is stored.</param>
    /// <param name="mark">By what its server, and the copies of it, are known again; null if nobody asks.</param>
    /// <param name="deadline">Deadline of the call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task LoadAsync(string folder, ServerMark? mark, TimeSpan deadline, CancellationToken cancellationToken) =>
        DoAsync(
            new RpcCall(
                "machine.load",
                json =>
                {
                    json.WriteString("directory", folder);
                    // Optional parameters are positional: sharing needs the one before it.
                    json.WriteStartObject("runtime_config");
                    if (mark is { } known)
                    {
                        json.WriteStartObject("console");
                        json.WriteNumber("output_buffer_size", known.OutputBufferSize);
                        json.WriteNumber("input_buffer_size", known.InputBufferSize);
                        json.WriteEndObject();
                    }

                    json.WriteEndObject();
                    // A machine that shares its files cannot be forked, and would change them.
                    json.WriteString("sharing", "none");
                }
            ),
            deadline,
            cancellationToken
        );

    /// <summary>The mark with which its machine was loaded; null for one that was loaded without.</summary>
    public async Task<ServerMark?> ReadMarkAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(cancellationToken, new RpcCall("machine.get_runtime_config"));
        var console = answer.Field(0, "console");
        return ServerMark.Of(Size("output_buffer_size"), Size("input_buffer_size"));

        ulong Size(string name) =>
            console.ValueKind == JsonValueKind.Object && console.TryGetProperty(name, out var size) && size.TryGetUInt64(out var bytes)
                ? bytes
                : throw answer.Nonsense(0);
    }

    /// <summary>Stores the machine in a new folder.</summary>
    public Task StoreAsync(string folder, TimeSpan deadline, CancellationToken cancellationToken) =>
        DoAsync(
            new RpcCall(
                "machine.store",
                json =>
                {
                    json.WriteString("directory", folder);
                    json.WriteString("sharing", "all");
                }
            ),
            deadline,
            cancellationToken
        );

    /// <summary>Writes the files of a stored machine through to the disk.</summary>
    public Task SyncStoredAsync(string folder, TimeSpan deadline, CancellationToken cancellationToken) =>
        DoAsync(new RpcCall("machine.sync_stored", json => json.WriteString("dir", folder)), deadline, cancellationToken);

    /// <summary>Renames a stored machine in one step; refuses an existing target.</summary>
    public Task RenameStoredAsync(string from, string to, CancellationToken cancellationToken) =>
        DoAsync(
            new RpcCall(
                "machine.rename_stored",
                json =>
                {
                    json.WriteString("from_dir", from);
                    json.WriteString("to_dir", to);
                }
            ),
            callTimeout,
            cancellationToken
        );

    /// <summary>Deletes a stored machine.</summary>
    public Task RemoveStoredAsync(string folder, CancellationToken cancellationToken) =>
        DoAsync(new RpcCall("machine.remove_stored", json => json.WriteString("dir", folder)), callTimeout, cancellationToken);

    /// <summary>Whether the stored hash tree is that of the memory; <c>get_root_hash</c> trusts the tree.</summary>
    public async Task<bool> VerifyHashTreeAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answer = await _connection.CallAsync(
            [new RpcCall("machine.verify_hash_tree")],
            deadline,
            close: false,
            cancellationToken
        );
        return answer[0].ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw answer.Nonsense(0),
        };
    }

    /// <summary>Root hash of the machine.</summary>
    public async Task<Hash32> GetRootHashAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(cancellationToken, new RpcCall("machine.get_root_hash"));
        return answer.Hash(0);
    }

    /// <summary>Sends a request to the guest and runs it, in one round trip.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="end">Cycle to run to.</param>
    /// <param name="deadline">Deadline of both.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BreakReason> SendAndRunAsync(CmioRequest request, ulong end, TimeSpan deadline, CancellationToken cancellationToken)
    {
        // If the first call is refused, the second returns at once and changes nothing: the machine is still at its manual yield.
        using var answers = await _connection.CallAsync([request.Call(), Run(end)], deadline, close: false, cancellationToken);
        _ = answers[0];
        return Break(answers, 1);
    }

    /// <summary>Runs on.</summary>
    public async Task<BreakReason> RunAsync(ulong end, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answers = await _connection.CallAsync([Run(end)], deadline, close: false, cancellationToken);
        return Break(answers, 0);
    }

    /// <summary>Takes what the guest emitted at an automatic yield.</summary>
    public async Task<Emission> ReceiveAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answers = await _connection.CallAsync([Receive, Register("mcycle")], deadline, close: false, cancellationToken);
        return Received(answers);
    }

    /// <summary>The same, and runs on, in one round trip.</summary>
    public async Task<(Emission Emission, BreakReason Reason)> ReceiveAndRunAsync(
        ulong end,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        using var answers = await _connection.CallAsync(
            [Receive, Register("mcycle"), Run(end)],
            deadline,
            close: false,
            cancellationToken
        );
        return (Received(answers), Break(answers, 2));
    }

    /// <summary>Where the machine rests: after a stop for good, or before the first request.</summary>
    /// <param name="withRoot">Whether the server computes the root hash.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<RestingMachine> RestAsync(bool withRoot, CancellationToken cancellationToken)
    {
        List<RpcCall> calls = [Register("htif_tohost"), Register("iflags_Y"), Register("mcycle"), Receive];
        if (withRoot)
            calls.Add(new RpcCall("machine.get_root_hash"));
        using var answers = await _connection.CallAsync(calls, callTimeout, close: false, cancellationToken);
        // A machine that halted has nothing to receive, and a guest may claim more bytes than there are.
        var data = answers.IsRefused(3) ? null : answers.BytesOf(answers.Field(3, "data"), 3);
        var root = withRoot ? answers.Hash(4) : default;
        return new RestingMachine(new CmioYield(answers.Number(0)), answers.Number(1) != 0, answers.Number(2), root, data);
    }

    /// <summary>32 bytes of the machine's memory with the 59 siblings that prove them.</summary>
    public async Task<(Hash32 Root, Hash32 Block, Hash32[] Siblings)> ProveAsync(ulong address, CancellationToken cancellationToken)
    {
        using var answers = await CallAsync(
            cancellationToken,
            new RpcCall(
                "machine.get_proof",
                json =>
                {
                    json.WriteNumber("address", address);
                    json.WriteNumber("log2_target_size", 5);
                }
            ),
            new RpcCall(
                "machine.read_memory",
                json =>
                {
                    json.WriteNumber("address", address);
                    json.WriteNumber("length", Hash32.Size);
                }
            )
        );
        var siblings = answers.Field(0, "sibling_hashes");
        return siblings.ValueKind == JsonValueKind.Array
            ? (
                answers.HashOf(answers.Field(0, "root_hash"), 0),
                answers.Hash(1),
                [.. siblings.EnumerateArray().Select(hash => answers.HashOf(hash, 0))]
            )
            : throw answers.Nonsense(0);
    }

    /// <summary>Ends the server. Its connection closes with the answer: the old process would go on serving it without a machine.</summary>
    public async Task ShutdownAsync(CancellationToken cancellationToken)
    {
        using var answer = await _connection.CallAsync([new RpcCall("shutdown")], callTimeout, close: true, cancellationToken);
        _ = answer[0];
    }

    public void Dispose() => _connection.Dispose();

    private static RpcCall Receive { get; } = new("machine.receive_cmio_request", json => json.WriteNumber("length", BufferBytes));

    private static RpcCall Run(ulong end) => new("machine.run", json => json.WriteNumber("mcycle_end", end));

    private static RpcCall Register(string name) => new("machine.read_reg", json => json.WriteString("reg", name));

    private static Emission Received(RpcAnswers answers) =>
        answers.Field(0, "reason").TryGetUInt16(out var reason)
            ? new Emission((CmioReason)reason, answers.BytesOf(answers.Field(0, "data"), 0), answers.Number(1))
            : throw answers.Nonsense(0);

    private static BreakReason Break(RpcAnswers answers, int call) =>
        answers.Text(call) switch
        {
            "reached_target_mcycle" => BreakReason.ReachedTarget,
            "yielded_softly" or "console_output" or "console_input" => BreakReason.Paused,
            "yielded_automatically" => BreakReason.YieldedAutomatically,
            "yielded_manually" => BreakReason.YieldedManually,
            "halted" => BreakReason.Halted,
            "mcycle_overflow" => BreakReason.McycleOverflow,
            "failed" => BreakReason.Failed,
            _ => throw answers.Nonsense(call),
        };

    private async Task DoAsync(RpcCall call, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var answer = await _connection.CallAsync([call], deadline, close: false, cancellationToken);
        if (answer[0].ValueKind != JsonValueKind.True)
            throw answer.Nonsense(0);
    }

    private Task<RpcAnswers> CallAsync(CancellationToken cancellationToken, params RpcCall[] calls) =>
        _connection.CallAsync(calls, callTimeout, close: false, cancellationToken);
}
