using Rollups.Ethereum;

namespace Rollups.EvmReader.Form;

/// <summary>Executed outputs of one application that one transaction records, in chain order.</summary>
/// <param name="Events">The executions on L1.</param>
/// <param name="ScanEnd">New cursor if this batch records all that L1 counts, or 0 to leave it unchanged.</param>
internal sealed record ExecutionBatch(IReadOnlyList<OutputExecuted> Events, ulong ScanEnd)
{
    /// <summary>Divides the executions that were found into transactions of bounded size.</summary>
    /// <param name="events">The executions.</param>
    /// <param name="head">
    /// The head: the cursor after the last batch if the counter at the head then proves that no execution is missing.
    /// </param>
    /// <param name="maxOutputs">Most outputs in one transaction.</param>
    public static IReadOnlyList<ExecutionBatch> Of(IReadOnlyList<OutputExecuted> events, ulong head, int maxOutputs)
    {
        List<ExecutionBatch> batches = [.. events.Chunk(maxOutputs).Select(chunk => new ExecutionBatch(chunk, 0))];
        if (batches.Count > 0)
            batches[^1] = batches[^1] with { ScanEnd = head };
        return batches;
    }
}
