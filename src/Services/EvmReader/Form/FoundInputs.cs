using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.EvmReader.Form;

/// <summary>The inputs found for an application in one reading step, sorted and checked.</summary>
/// <param name="Known">Inputs that should be stored already.</param>
/// <param name="New">Inputs that follow the stored ones, without gaps in their indexes.</param>
/// <param name="Problem">Why none of the inputs may be used, or null.</param>
/// <param name="IsLacking">True if the problem is that logs are missing, which may follow.</param>
internal sealed record FoundInputs(IReadOnlyList<InputAdded> Known, IReadOnlyList<InputAdded> New, string? Problem, bool IsLacking = false)
{
    /// <summary>Nothing was read, because the counter at the head proves that nothing is new.</summary>
    public static FoundInputs None { get; } = new([], [], null);

    /// <summary>Decodes, sorts and checks the logs of an application.</summary>
    /// <param name="logs">Its InputAdded logs of the step.</param>
    /// <param name="stored">Number of its stored inputs.</param>
    /// <param name="onChain">getNumberOfInputs at the head.</param>
    /// <param name="reachesHead">True if the step ends at the head, so nothing may be missing.</param>
    public static FoundInputs Check(IEnumerable<LogEntry> logs, ulong stored, ulong onChain, bool reachesHead)
    {
        var inputs = new List<InputAdded>();
        try
        {
            inputs.AddRange(
                logs.Select(InputBoxContract.DecodeInputAdded).OrderBy(input => input.Index).ThenBy(input => input.Log.BlockNumber)
            );
        }
        catch (AbiException exception)
        {
            return Refused(exception.Message);
        }

        for (var i = inputs.Count - 1; i > 0; i--)
        {
            if (inputs[i].Index != inputs[i - 1].Index)
                continue;
            if (inputs[i].Log.TransactionHash != inputs[i - 1].Log.TransactionHash || inputs[i].Log.LogIndex != inputs[i - 1].Log.LogIndex)
                return Refused(
                    $"the L1 node gave two logs of input {inputs[i].Index}, of blocks {inputs[i - 1].Log.BlockNumber} and "
                        + $"{inputs[i].Log.BlockNumber}"
                );
            inputs.RemoveAt(i);
        }

        var known = inputs.TakeWhile(input => input.Index < stored).ToList();
        var added = inputs[known.Count..];
        for (var i = 0; i < added.Count; i++)
        {
            if (added[i].Index != stored + (ulong)i)
                return Refused(
                    $"the log of input {stored + (ulong)i} is missing: the next that the L1 node gave is {added[i].Index}",
                    isLacking: true
                );
            if (i > 0 && added[i].Log.BlockNumber < added[i - 1].Log.BlockNumber)
                return Refused(
                    $"input {added[i].Index} is in block {added[i].Log.BlockNumber}, before input {added[i - 1].Index} in block "
                        + $"{added[i - 1].Log.BlockNumber}"
                );
        }

        var total = stored + (ulong)added.Count;
        return total > onChain || (reachesHead && total != onChain)
            ? Refused(
                $"the InputBox counts {onChain} inputs, but {stored} are stored and the L1 node gave {added.Count} new logs",
                total < onChain
            )
            : new FoundInputs(known, added, null);
    }

    private static FoundInputs Refused(string problem, bool isLacking = false) => new([], [], problem, isLacking);
}
