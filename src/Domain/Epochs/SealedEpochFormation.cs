namespace Rollups.Domain;

/// <summary>
/// Epochs of PRT applications. The contract seals them, and a seal can be anywhere in a block, so input indexes alone decide which
/// inputs belong to an epoch. A seal's block is the last of its epoch and the first of the next. The epoch after the newest seal is
/// open and has a row even without inputs.
/// </summary>
public static class SealedEpochFormation
{
    /// <summary>Sorts new inputs and seals into epochs.</summary>
    /// <param name="inputBoxBlock">First block of epoch 0.</param>
    /// <param name="current">The open epoch, or null before the first.</param>
    /// <param name="seals">Seals by number; those before the open epoch are skipped.</param>
    /// <param name="inputs">New inputs, by index.</param>
    /// <param name="stored">Number of stored inputs.</param>
    /// <returns>
    /// The epochs to write, oldest first, or the fault that forbids any write. A seal waits until all its inputs have been read.
    /// </returns>
    public static FormedEpochs Form(
        ulong inputBoxBlock,
        KnownEpoch? current,
        IReadOnlyList<EpochSealed> seals,
        IReadOnlyList<InputPosition> inputs,
        ulong stored
    )
    {
        if (current is { Status: not EpochStatus.Open })
            return Fault($"the newest epoch {current.Index} is {EnumNames.Of(current.Status)}, but should be OPEN");
        var open = current is null ? Begin(0, inputBoxBlock, 0) : Continue(current);
        if (open.InputIndexUpperBound != stored)
            return Fault($"epoch {open.Index} has inputs up to {open.InputIndexUpperBound}, exclusive, but {stored} are stored");
        var formed = new List<FormedEpoch>();
        var next = 0;
        EpochSealed? first = null,
            waiting = null;
        foreach (var seal in seals.SkipWhile(seal => seal.Number < open.Index))
        {
            if (seal.InputIndexUpperBound > stored + (ulong)inputs.Count)
            {
                waiting = seal;
                break;
            }

            if (Contradiction(open, seal) is { } contradiction)
                return Fault(contradiction);
            var count = (int)(seal.InputIndexUpperBound - open.InputIndexUpperBound);
            if (formed.Count > 0)
                formed[^1] = formed[^1] with { SettledBy = seal };
            first ??= seal;
            formed.Add(
                open with
                {
                    IsClosed = true,
                    InputIndexUpperBound = seal.InputIndexUpperBound,
                    LastBlock = seal.Log.BlockNumber,
                    FirstInput = next,
                    InputCount = count,
                    Seal = seal,
                }
            );
            next += count;
            open = Begin(seal.Number + 1, seal.Log.BlockNumber, seal.InputIndexUpperBound);
        }

        var rest = inputs.Count - next;
        if (rest > 0)
            open = open with
            {
                InputIndexUpperBound = open.InputIndexUpperBound + (ulong)rest,
                LastBlock = Math.Max(open.LastBlock, inputs[^1].BlockNumber),
                FirstInput = next,
                InputCount = rest,
            };
        if (open.IsNew || rest > 0)
            formed.Add(open);
        return new FormedEpochs(formed, null) { SettlesStored = first is { Number: > 0 } ? first : null, Waiting = waiting };
    }

    private static string? Contradiction(FormedEpoch open, EpochSealed seal) =>
        seal.Number != open.Index
            ? $"epoch {seal.Number} was sealed in block {seal.Log.BlockNumber}, but the next to be sealed is epoch {open.Index}"
        : seal.InputIndexLowerBound != open.InputIndexLowerBound
            ? $"epoch {seal.Number} was sealed with inputs from {seal.InputIndexLowerBound} on, but the one before it ended at "
                + $"{open.InputIndexLowerBound}"
        : seal.InputIndexUpperBound < open.InputIndexUpperBound
            ? $"epoch {seal.Number} was sealed with inputs up to {seal.InputIndexUpperBound}, exclusive, but it is stored with inputs up "
                + $"to {open.InputIndexUpperBound}"
        : seal.Log.BlockNumber < open.FirstBlock
            ? $"epoch {seal.Number} was sealed in block {seal.Log.BlockNumber}, before its first block {open.FirstBlock}"
        : null;

    private static FormedEpoch Begin(ulong index, ulong block, ulong input) =>
        new(index, block, block, input, input, IsNew: true, IsClosed: false, FirstInput: 0, InputCount: 0);

    private static FormedEpoch Continue(KnownEpoch epoch) =>
        new(
            epoch.Index,
            epoch.FirstBlock,
            epoch.LastBlock,
            epoch.InputIndexLowerBound,
            epoch.InputIndexUpperBound,
            IsNew: false,
            IsClosed: false,
            FirstInput: 0,
            InputCount: 0
        );

    private static FormedEpochs Fault(string what) => new([], what);
}
