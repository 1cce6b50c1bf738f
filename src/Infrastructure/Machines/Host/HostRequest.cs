namespace Rollups.Machines.Host;

/// <summary>An input or a query on its way through the backend, with what the backend has emitted so far.</summary>
/// <param name="name">What it is, for errors: "input 3" or "a query".</param>
/// <param name="body">The answer of <c>/finish</c> that hands it out, as JSON.</param>
/// <param name="firstOutput">Index of its first output in the application; null for a query, which has none.</param>
internal sealed class HostRequest(string name, byte[] body, ulong? firstOutput)
{
    public string Name => name;

    public byte[] Body => body;

    public ulong? FirstOutput => firstOutput;

    public List<byte[]> Outputs { get; } = [];

    public List<byte[]> Reports { get; } = [];

    /// <summary>Nothing more is accepted for it: it has ended, or nobody waits for it any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Completes when the backend has it.</summary>
    public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with its end.</summary>
    public TaskCompletionSource<HostEnd> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
