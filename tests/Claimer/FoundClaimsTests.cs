using Rollups.Domain;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

public sealed class FoundClaimsTests
{
    [Fact]
    public void The_cursor_stays_before_the_first_claim_that_is_not_judged()
    {
        var found = new FoundClaims(10);
        found.Replace(11, 100, [Claim(39, 70), Claim(19, 40), Claim(29, 60)], [Claim(29, 60), Claim(49, 65)]);

        found.CursorAfter(19).ShouldBe(59ul);
        found.CursorAfter(29).ShouldBe(64ul);
        found.CursorAfter(39).ShouldBe(64ul);
        found.CursorAfter(49).ShouldBe(100ul);
    }

    [Fact]
    public void What_was_judged_is_forgotten()
    {
        var found = new FoundClaims(0);
        found.Replace(1, 100, [Claim(19, 40), Claim(29, 60)], [Claim(19, 40), Claim(29, 60)]);

        found.Judged(19);

        found.Submitted.Select(claim => claim.LastBlock).ShouldBe([29ul]);
        found.Accepted.Select(claim => claim.LastBlock).ShouldBe([29ul]);
    }

    [Fact]
    public void A_replaced_block_takes_its_claims_with_it()
    {
        var found = new FoundClaims(0);
        found.Replace(1, 100, [Claim(19, 40), Claim(29, 90)], []);

        found.Replace(69, 101, [Claim(39, 95)], []);

        found.Submitted.Select(claim => claim.LastBlock).ShouldBe([19ul, 39ul]);
        found.SearchedTo.ShouldBe(101ul);
    }

    private static Claim Claim(ulong last, ulong block) =>
        new(default, last, default, null, new LogEntry(FakeChain.AddressOf(20), [], [], block, default, default, 0));
}
