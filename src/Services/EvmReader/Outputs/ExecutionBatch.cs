using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;
using Rollups.Persistence;

namespace Rollups.EvmReader.Outputs;

/// <summary>Executed outputs of one application, in chain order.</summary>
/// <param name="Reader">The lease of the reader that read them.</param>
/// <param name="Application">The application.</param>
/// <param name="Events">The executions on L1.</param>
/// <param name="ScanEnd">New cursor, or 0 to leave it unchanged.</param>
/// <param name="Missing">
/// Number of executions that L1 counts and that are not recorded yet: the cursor moves only if the batch contains exactly these.
/// </param>
internal sealed record ExecutionBatch(
    ILease Reader,
    ObservedApplication Application,
    IReadOnlyList<OutputExecuted> Events,
    ulong ScanEnd,
    ulong Missing
);
