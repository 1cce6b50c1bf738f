using CsCheck;
using Rollups.Testing.Fakes;

namespace Rollups.Domain.Tests.Epochs;

public sealed class SealedEpochFormationTests
{
    private const ulong InputBoxBlock = 5;

    /// <summary>What happens on a chain: inputs and seals in any order, several in a block.</summary>
    private static readonly Gen<List<(bool IsSeal, ulong Blocks)>> Histories = Gen.Select(
        Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true))),
        Gen.ULong[0, 3]
    ).List[0, 60];

    [Fact]
    public void Each_input_is_in_the_epoch_that_its_index_says_however_the_reading_was_cut() =>
        Gen.Select(Histories, Gen.Int[1, 7])
            .Sample(
                (history, step) =>
                {
                    var (seals, inputs) = Happened(history);
                    var expected = inputs.ToDictionary(
                        input => input.Index,
                        input => (ulong)seals.Count(seal => seal.InputIndexUpperBound <= input.Index)
                    );

                    var epochs = new List<FormedEpoch>();
                    var found = new Dictionary<ulong, ulong>();
                    for (var stored = 0; ; stored += step)
                    {
                        var part = inputs.Skip(stored).Take(step).ToList();
                        var formed = SealedEpochFormation.Form(InputBoxBlock, Known(epochs), seals, part, (ulong)stored);
                        formed.Fault.ShouldBeNull();
                        foreach (var epoch in formed.Epochs)
                        {
                            epochs.RemoveAll(earlier => earlier.Index == epoch.Index);
                            epochs.Add(epoch);
                            foreach (var input in part.Skip(epoch.FirstInput).Take(epoch.InputCount))
                                found.Add(input.Index, epoch.Index);
                        }

                        if (stored + step >= inputs.Count)
                            break;
                    }

                    found.ShouldBe(expected, ignoreOrder: true);
                    epochs.Select(epoch => epoch.Index).ShouldBe(Enumerable.Range(0, seals.Count + 1).Select(number => (ulong)number));
                    epochs.SkipLast(1).ShouldAllBe(epoch => epoch.IsClosed && epoch.LastBlock == seals[(int)epoch.Index].Log.BlockNumber);
                    epochs[^1].IsClosed.ShouldBeFalse();
                    foreach (var (epoch, next) in epochs.Zip(epochs.Skip(1)))
                        (next.FirstBlock, next.InputIndexLowerBound).ShouldBe((epoch.LastBlock, epoch.InputIndexUpperBound));
                }
            );

    [Fact]
    public void A_seal_settles_the_epoch_before_it_whether_that_is_new_or_stored()
    {
        List<EpochSealed> seals = [Seal(0, 0, 0, 10), Seal(1, 0, 1, 20), Seal(2, 1, 1, 20)];
        var first = SealedEpochFormation.Form(InputBoxBlock, null, seals[..1], [], 0);
        first.SettlesStored.ShouldBeNull();
        first
            .Epochs.Select(epoch => (epoch.Index, epoch.FirstBlock, epoch.LastBlock, epoch.IsClosed))
            .ShouldBe([(0UL, 5UL, 10UL, true), (1UL, 10UL, 10UL, false)]);

        var open = new KnownEpoch(1, 10, 10, 0, 0, EpochStatus.Open);
        var then = SealedEpochFormation.Form(InputBoxBlock, open, seals, [new(0, 12)], 0);

        then.SettlesStored.ShouldBe(seals[1]);
        then.Epochs.Select(epoch => (epoch.Index, epoch.SettledBy?.Number)).ShouldBe([(1UL, 2UL), (2UL, null), (3UL, null)]);
    }

    [Fact]
    public void A_seal_whose_inputs_are_not_all_read_waits()
    {
        var formed = SealedEpochFormation.Form(InputBoxBlock, null, [Seal(0, 0, 3, 10)], [new(0, 6), new(1, 7)], 0);

        formed.Waiting!.Number.ShouldBe(0UL);
        formed.Epochs.ShouldHaveSingleItem().IsClosed.ShouldBeFalse();
    }

    [Theory]
    [InlineData(2, 4, 6, 30, "epoch 2 was sealed in block 30, but the next to be sealed is epoch 1")]
    [InlineData(1, 3, 6, 30, "epoch 1 was sealed with inputs from 3 on, but the one before it ended at 4")]
    [InlineData(1, 4, 5, 30, "epoch 1 was sealed with inputs up to 5, exclusive, but it is stored with inputs up to 6")]
    [InlineData(1, 4, 6, 9, "epoch 1 was sealed in block 9, before its first block 10")]
    public void A_seal_that_contradicts_the_open_epoch_is_a_fault_and_nothing_is_formed(
        ulong number,
        ulong lower,
        ulong upper,
        ulong block,
        string fault
    )
    {
        var formed = SealedEpochFormation.Form(
            InputBoxBlock,
            new KnownEpoch(1, 10, 20, 4, 6, EpochStatus.Open),
            [Seal(number, lower, upper, block)],
            [],
            6
        );

        (formed.Epochs.Count, formed.Fault).ShouldBe((0, fault));
    }

    private static (List<EpochSealed> Seals, List<InputPosition> Inputs) Happened(List<(bool IsSeal, ulong Blocks)> history)
    {
        List<EpochSealed> seals = [];
        List<InputPosition> inputs = [];
        var block = InputBoxBlock;
        foreach (var (isSeal, blocks) in history)
        {
            block += blocks;
            if (isSeal)
                seals.Add(Seal((ulong)seals.Count, seals.Count == 0 ? 0 : seals[^1].InputIndexUpperBound, (ulong)inputs.Count, block));
            else
                inputs.Add(new InputPosition((ulong)inputs.Count, block));
        }

        return (seals, inputs);
    }

    private static KnownEpoch? Known(List<FormedEpoch> epochs) =>
        epochs.Count == 0
            ? null
            : new KnownEpoch(
                epochs[^1].Index,
                epochs[^1].FirstBlock,
                epochs[^1].LastBlock,
                epochs[^1].InputIndexLowerBound,
                epochs[^1].InputIndexUpperBound,
                EpochStatus.Open
            );

    private static EpochSealed Seal(ulong number, ulong lower, ulong upper, ulong block) =>
        new(
            FakeChain.AddressOf(8),
            number,
            lower,
            upper,
            default,
            default,
            FakeChain.AddressOf(900 + (int)number),
            new LogEntry(FakeChain.AddressOf(8), [], [], block, default, default, 0)
        );
}
