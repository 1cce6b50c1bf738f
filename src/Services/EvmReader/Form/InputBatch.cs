using Rollups.Ethereum;
using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.Form;

/// <summary>The data that one transaction stores for an application.</summary>
/// <param name="Stored">
/// Number of inputs that must already be stored; a different number means that another replica was faster.
/// </param>
/// <param name="Known">Logs of inputs that are stored: compared, not written.</param>
/// <param name="New">Inputs to add, from index <paramref name="Stored"/> on without gaps.</param>
/// <param name="ScanEnd">Every input of a block up to and including this one is stored after the transaction: the new cursor.</param>
/// <param name="Seals">Newly sealed epochs of a PRT application.</param>
internal sealed record InputBatch(
    ulong Stored,
    IReadOnlyList<InputAdded> Known,
    IReadOnlyList<InputAdded> New,
    ulong ScanEnd,
    FoundSeals Seals
)
{
    /// <summary>Divides the inputs that were found into transactions of bounded size; one without inputs where none is new.</summary>
    /// <param name="app">The application.</param>
    /// <param name="found">Its inputs.</param>
    /// <param name="seals">Its newly sealed epochs.</param>
    /// <param name="to">Last block that was read.</param>
    /// <param name="reachesHead">True if that block is the head, so nothing may be missing.</param>
    /// <param name="maxInputs">Most inputs in one transaction.</param>
    public static IEnumerable<InputBatch> Of(
        ObservedApplication app,
        FoundInputs found,
        FoundSeals seals,
        ulong to,
        bool reachesHead,
        int maxInputs
    )
    {
        if (found.New.Count == 0)
        {
            if (reachesHead)
                yield return new InputBatch(app.InputCount, found.Known, [], to, seals);
            yield break;
        }

        var (stored, known) = (app.InputCount, found.Known);
        var last = app.InputCount + (ulong)found.New.Count;
        foreach (var inputs in found.New.Chunk(maxInputs))
        {
            var next = stored + (ulong)inputs.Length;
            // Indexes without gaps prove every block before the last one read; the last block itself may hold more inputs.
            var scanEnd = reachesHead && next == last ? to : inputs[^1].Log.BlockNumber - 1;
            yield return new InputBatch(stored, known, inputs, scanEnd, seals);
            (stored, known) = (next, []);
        }
    }
}
