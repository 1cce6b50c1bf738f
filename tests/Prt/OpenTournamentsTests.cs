using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt.Tests;

public sealed class OpenTournamentsTests
{
    private static readonly WorkKey First = new(Number(1)),
        Second = new(Number(2));

    [Fact]
    public void An_application_is_due_at_its_block_and_not_before()
    {
        var open = new OpenTournaments();
        open.Wait(First, [Number(11)], 100, looked: 50);
        open.Wait(Second, [Number(21), Number(22)], 0, looked: 50);

        open.DueAt(99).ShouldBe([Second]);
        open.DueAt(100).ShouldBe([First, Second], ignoreOrder: true);
    }

    [Fact]
    public void Each_tournament_leads_to_its_application_until_that_waits_for_nothing()
    {
        var open = new OpenTournaments();
        open.Wait(First, [Number(11)], 100, looked: 50);
        open.Wait(Second, [Number(21), Number(22)], 100, looked: 50);
        open.Wait(First, [Number(12)], ulong.MaxValue, looked: 50);

        open.Addresses.ShouldBe(
            new Dictionary<Address, WorkKey>
            {
                [Number(12)] = First,
                [Number(21)] = Second,
                [Number(22)] = Second,
            },
            ignoreOrder: true
        );
        open.Forget(Second);
        open.Addresses.Keys.ShouldBe([Number(12)]);
        open.DueAt(1_000_000).ShouldBeEmpty();
    }

    [Fact]
    public void A_head_that_comes_during_a_look_is_not_missed()
    {
        var open = new OpenTournaments();
        open.DueAt(60);
        // Its logs were not waited for when the head came.
        open.Wait(First, [Number(11)], 100, looked: 59).ShouldBeTrue();
        open.Wait(First, [Number(11)], 100, looked: 60).ShouldBeFalse();
        open.DueAt(61).ShouldBeEmpty();
        open.Wait(First, [Number(11)], 100, looked: 60).ShouldBeFalse();
        // The block that closes the tournament.
        open.DueAt(100).ShouldBe([First]);
        open.Wait(First, [Number(11)], 100, looked: 99).ShouldBeTrue();
        open.Wait(First, [Number(12)], ulong.MaxValue, looked: 99).ShouldBeTrue();
        open.Wait(First, [Number(12)], ulong.MaxValue, looked: 100).ShouldBeFalse();
    }

    private static Address Number(byte number) => new([.. new byte[19], number]);
}
