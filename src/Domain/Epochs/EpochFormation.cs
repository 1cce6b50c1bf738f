namespace Rollups.Domain;

/// <summary>
/// Epochs of Authority and Quorum applications. Epoch number = absolute block number / epoch length. Only inputs create rows, so an
/// epoch without inputs has none. An epoch closes when the observed block reaches its last block, or when an input of a later epoch
/// arrives.
/// </summary>
public static class EpochFormation
{
    /// <summary>Epoch that a block belongs to.</summary>
    public static ulong IndexOf(ulong block, ulong epochLength) => block / epochLength;

    /// <summary>First block of an epoch, inclusive.</summary>
    public static ulong FirstBlockOf(ulong index, ulong epochLength) => index * epochLength;

    /// <summary>Last block of an epoch, inclusive.</summary>
    public static ulong LastBlockOf(ulong index, ulong epochLength) => (index * epochLength) + (epochLength - 1);

    /// <summary>Sorts new inputs into epochs.</summary>
    /// <param name="epochLength">Blocks per epoch, at least 1.</param>
    /// <param name="current">Newest epoch of the application, or null before its first input.</param>
    /// <param name="inputs">New inputs, by index.</param>
    /// <param name="scanEnd">Every input up to and including this block is known.</param>
    /// <returns>The epochs to write, oldest first, or the fault that forbids any write.</returns>
    public static FormedEpochs Form(ulong epochLength, KnownEpoch? current, IReadOnlyList<InputPosition> inputs, ulong scanEnd)
    {
        ArgumentOutOfRangeException.ThrowIfZero(epochLength);
        var formed = new List<FormedEpoch>();
        var open = current is { Status: EpochStatus.Open } ? Continue(current, epochLength) : null;
        var newest = current?.Index;
        for (var i = 0; i < inputs.Count; i++)
        {
            var input = inputs[i];
            var index = IndexOf(input.BlockNumber, epochLength);
            if (index < newest)
                return new(
                    [],
                    $"input {input.Index} of block {input.BlockNumber} belongs to epoch {index}, but epoch {newest} has already begun"
                );
            if (index == newest)
            {
                if (open is null)
                    return new([], $"input {input.Index} of block {input.BlockNumber} belongs to epoch {index}, which is no longer open");
                open = open with
                {
                    InputIndexUpperBound = input.Index + 1,
                    InputCount = open.InputCount + 1,
                    FirstInput = open.InputCount == 0 ? i : open.FirstInput,
                };
                continue;
            }

            if (open is not null)
                formed.Add(open with { IsClosed = true, InputIndexUpperBound = input.Index });
            open = new FormedEpoch(
                index,
                FirstBlockOf(index, epochLength),
                LastBlockOf(index, epochLength),
                input.Index,
                input.Index + 1,
                IsNew: true,
                IsClosed: false,
                FirstInput: i,
                InputCount: 1
            );
            newest = index;
        }

        if (open is not null && scanEnd >= open.LastBlock)
            open = open with { IsClosed = true };
        if (open is not null && (open.IsNew || open.IsClosed || open.InputCount > 0))
            formed.Add(open);
        return new(formed, null);
    }

    private static FormedEpoch Continue(KnownEpoch epoch, ulong epochLength) =>
        new(
            epoch.Index,
            FirstBlockOf(epoch.Index, epochLength),
            epoch.LastBlock,
            epoch.InputIndexLowerBound,
            epoch.InputIndexUpperBound,
            IsNew: false,
            IsClosed: false,
            FirstInput: 0,
            InputCount: 0
        );
}
