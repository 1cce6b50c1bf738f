using System.Diagnostics.Metrics;
using Rollups.Messaging;

namespace Rollups.EvmReader.Metrics;

/// <summary>How far L1 was read, and how much was found.</summary>
internal sealed class ReaderMetrics
{
    private static readonly Counter<long> Inputs = Telemetry.Meter.CreateCounter<long>(
        "rollups.evm_reader.inputs",
        "{input}",
        "Inputs stored"
    );
    private static readonly Counter<long> Executions = Telemetry.Meter.CreateCounter<long>(
        "rollups.evm_reader.executed_outputs",
        "{output}",
        "Executed outputs recorded"
    );
    private long _head;

    public ReaderMetrics() =>
        Telemetry.Meter.CreateObservableGauge(
            "rollups.evm_reader.head",
            () => Interlocked.Read(ref _head),
            "{block}",
            "Newest L1 block that was read; 0 while another replica reads"
        );

    /// <summary>The newest block that was read; 0 while another replica reads.</summary>
    public long Newest => Interlocked.Read(ref _head);

    public void Head(ulong block) => Interlocked.Exchange(ref _head, (long)block);

    /// <summary>Another replica reads.</summary>
    public void Rest() => Interlocked.Exchange(ref _head, 0);

    public static void Stored(int inputs) => Inputs.Add(inputs);

    public static void Executed(int outputs) => Executions.Add(outputs);
}
