using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>A private Anvil: chain 31337, loopback only, one block per transaction. Stopped by its own pid.</summary>
public sealed class AnvilProcess : IAsyncDisposable
{
    private readonly Process _process;
    private bool _isDisposed;

    private AnvilProcess(Process process, int port)
    {
        _process = process;
        Id = process.Id;
        Port = port;
    }

    /// <summary>EIP-155 id of the chain.</summary>
    public const ulong ChainId = 31337;

    /// <summary>How many blocks the final block is behind the head: two epochs, of one slot each here.</summary>
    public const ulong BlocksToFinality = 2;

    /// <summary>Its pid.</summary>
    public int Id { get; }

    /// <summary>Port of JSON-RPC, over HTTP and WebSocket.</summary>
    public int Port { get; }

    /// <summary>HTTP endpoint.</summary>
    public Uri HttpEndpoint => new($"http://127.0.0.1:{Port}");

    /// <summary>WebSocket endpoint.</summary>
    public Uri WebSocketEndpoint => new($"ws://127.0.0.1:{Port}");

    /// <summary>Starts Anvil and returns when it listens.</summary>
    /// <param name="port">TCP port; 0 for a free one.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="OperatorException">The port is taken, or Anvil does not start.</exception>
    public static async Task<AnvilProcess> StartAsync(int port, CancellationToken cancellationToken)
    {
        if (port == 0)
            port = FreePort();
        else if (!IsFree(port))
            throw new OperatorException(
                $"The port {port} for Anvil is in use: stop the program that listens there, or choose another one with " + $"--anvil-port."
            );
        var info = new ProcessStartInfo(Binary())
        {
            // The default 32 slots per epoch would leave "finalized" at block 0 for 64 blocks.
            ArgumentList =
            {
                "--host",
                "127.0.0.1",
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--slots-in-an-epoch",
                "1",
                "--hardfork",
                "prague",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(info) ?? throw new OperatorException("Anvil could not be started.");
        var lines = Channel.CreateUnbounded<string>();
        process.OutputDataReceived += (_, line) => Add(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Add(lines, line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => lines.Writer.TryComplete();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var anvil = new AnvilProcess(process, port);
        var seen = new List<string>();
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
            {
                if (line.StartsWith("Listening on", StringComparison.Ordinal))
                    return anvil;
                seen.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            await anvil.DisposeAsync();
            throw;
        }

        throw new OperatorException($"Anvil ended before it listened on port {port}: {string.Join(' ', seen.TakeLast(3))}");
    }

    /// <summary>Stops Anvil.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>A TCP port on the loopback without a listener.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Binary()
    {
        var platform =
            (
                OperatingSystem.IsMacOS() ? "darwin"
                : OperatingSystem.IsWindows() ? "win32"
                : "linux"
            ) + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "-arm64" : "-amd64");
        var binary = Path.Combine(
            NodeModules.Find(),
            "@foundry-rs",
            "anvil-" + platform,
            "bin",
            OperatingSystem.IsWindows() ? "anvil.exe" : "anvil"
        );
        return File.Exists(binary)
            ? binary
            : throw new OperatorException($"The npm package @foundry-rs/anvil-{platform} is not installed: run 'npm ci'.");
    }

    private static void Add(Channel<string> lines, string? line)
    {
        if (line is not null)
            lines.Writer.TryWrite(line);
    }
}
