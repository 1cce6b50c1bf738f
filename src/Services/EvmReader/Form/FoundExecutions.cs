using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Form;

/// <summary>The executed outputs found for an application, in chain order.</summary>
/// <param name="Events">The executions.</param>
/// <param name="Problem">Why none of them may be used, or null.</param>
internal sealed record FoundExecutions(IReadOnlyList<OutputExecuted> Events, string? Problem)
{
    /// <summary>Decodes and sorts the logs of an application.</summary>
    /// <param name="logs">Its OutputExecuted logs.</param>
    /// <param name="from">First block to use.</param>
    public static FoundExecutions Check(IEnumerable<LogEntry> logs, ulong from)
    {
        try
        {
            return new(
                [
                    .. logs.Where(log => log.BlockNumber >= from)
                        .OrderBy(log => log.BlockNumber)
                        .ThenBy(log => log.LogIndex)
                        .Select(ApplicationContract.DecodeOutputExecuted),
                ],
                null
            );
        }
        catch (AbiException exception)
        {
            return new([], exception.Message);
        }
    }
}
