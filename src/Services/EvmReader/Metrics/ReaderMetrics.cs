using System.Diagnostics.Metrics;
using Rollups.Ethereum;
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
    private static readonly Counter<long> Reorganisations = Telemetry.Meter.CreateCounter<long>(
        "rollups.evm_reader.reorganisations",
        "{reorganisation}",
        "Blocks that L1 replaced, by what that changed: the head alone, inputs or executions in other blocks, or an application's history"
    );
    private long _head;

    public ReaderMetrics(ChainPolicy chain) =>
        Telemetry.Meter.CreateObservableGauge(
            "rollups.evm_reader.head",
            () => new Measurement<long>(Interlocked.Read(ref _head), new KeyValuePair<string, object?>("tag", chain.Tag.ToString())),
            "{block}",
            "Newest L1 block that was read, by the block tag in force; 0 while another replica reads"
        );

    /// <summary>The newest block that was read; 0 while another replica reads.</summary>
    public long Newest => Interlocked.Read(ref _head);

    public void Head(ulong block) => Interlocked.Exchange(ref _head, (long)block);

    /// <summary>Another replica reads.</summary>
    public void Rest() => Interlocked.Exchange(ref _head, 0);

    public static void Stored(int inputs) => Inputs.Add(inputs);

    /// <summary>L1 has replaced blocks.</summary>
    /// <param name="changed">What that changed: head, inputs, executions or history.</param>
    public static void Reorganised(string changed) => Reorganisations.Add(1, new KeyValuePair<string, object?>("changed", changed));

    public static void Executed(int outputs) => Executions.Add(outputs);
}
