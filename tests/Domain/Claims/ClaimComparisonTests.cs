using Rollups.Testing.Fakes;

namespace Rollups.Domain.Tests.Claims;

/// <summary>The table of disagreement: who claimed what, and what that means to us.</summary>
public sealed class ClaimComparisonTests
{
    private static readonly Address Us = FakeChain.AddressOf(1);
    private static readonly Address Them = FakeChain.AddressOf(2);
    private static readonly Hash32 Same = FakeChain.HashOf("same");
    private static readonly Hash32 Other = FakeChain.HashOf("other");
    private static readonly Epoch Three = new()
    {
        Index = 3,
        FirstBlock = 30,
        LastBlock = 39,
        OutputsMerkleRoot = Same,
    };

    // consensus, reader mode, ClaimSubmitted by us, by another, ClaimAccepted ("=" our root, "x" another, "-" none), standing
    [Theory]
    [InlineData(ConsensusType.Authority, false, "-", "-", "-", nameof(ClaimStanding.Missing))]
    [InlineData(ConsensusType.Authority, false, "=", "-", "-", nameof(ClaimStanding.Submitted))]
    [InlineData(ConsensusType.Authority, false, "-", "=", "-", nameof(ClaimStanding.Submitted))]
    [InlineData(ConsensusType.Authority, false, "x", "-", "-", nameof(ClaimStanding.Diverged))]
    [InlineData(ConsensusType.Authority, false, "-", "x", "-", nameof(ClaimStanding.Diverged))]
    [InlineData(ConsensusType.Authority, true, "-", "x", "-", nameof(ClaimStanding.Diverged))]
    [InlineData(ConsensusType.Authority, false, "=", "-", "=", nameof(ClaimStanding.Accepted))]
    [InlineData(ConsensusType.Authority, false, "-", "-", "=", nameof(ClaimStanding.Accepted))]
    [InlineData(ConsensusType.Authority, false, "-", "x", "x", nameof(ClaimStanding.Diverged))]
    [InlineData(ConsensusType.Authority, true, "-", "=", "=", nameof(ClaimStanding.Accepted))]
    [InlineData(ConsensusType.Quorum, false, "-", "-", "-", nameof(ClaimStanding.Missing))]
    [InlineData(ConsensusType.Quorum, false, "=", "-", "-", nameof(ClaimStanding.Submitted))]
    [InlineData(ConsensusType.Quorum, false, "-", "=", "-", nameof(ClaimStanding.Missing))]
    [InlineData(ConsensusType.Quorum, true, "-", "=", "-", nameof(ClaimStanding.Submitted))]
    [InlineData(ConsensusType.Quorum, false, "-", "x", "-", nameof(ClaimStanding.Missing))]
    [InlineData(ConsensusType.Quorum, true, "-", "x", "-", nameof(ClaimStanding.Missing))]
    [InlineData(ConsensusType.Quorum, false, "=", "x", "-", nameof(ClaimStanding.Submitted))]
    [InlineData(ConsensusType.Quorum, false, "x", "-", "-", nameof(ClaimStanding.Diverged))]
    [InlineData(ConsensusType.Quorum, false, "x", "=", "=", nameof(ClaimStanding.Accepted))]
    [InlineData(ConsensusType.Quorum, false, "=", "-", "=", nameof(ClaimStanding.Accepted))]
    [InlineData(ConsensusType.Quorum, false, "-", "x", "x", nameof(ClaimStanding.OutVoted))]
    [InlineData(ConsensusType.Quorum, false, "=", "x", "x", nameof(ClaimStanding.OutVoted))]
    public void A_claim_is_judged_by_who_made_it_and_by_its_root(
        ConsensusType consensus,
        bool isReader,
        string byUs,
        string byThem,
        string accepted,
        string standing
    )
    {
        var verdict = ClaimComparison.Compare(
            Three,
            consensus,
            isReader ? null : Us,
            [.. Claims(byThem, Them), .. Claims(byUs, Us)],
            Claims(accepted, null)
        );

        verdict.Standing.ToString().ShouldBe(standing);
        (verdict.Reason is not null).ShouldBe(verdict.Standing is ClaimStanding.OutVoted or ClaimStanding.Diverged);
        (verdict.Claim is null).ShouldBe(verdict.Standing == ClaimStanding.Missing);
    }

    [Fact]
    public void Claims_of_other_epochs_say_nothing_about_this_one() =>
        ClaimComparison
            .Compare(Three, ConsensusType.Authority, Us, [Claim(29, Other, Them), Claim(49, Same, Us)], [Claim(49, Other, null)])
            .Standing.ShouldBe(ClaimStanding.Missing);

    [Fact]
    public void The_reason_names_the_bucket_both_roots_the_epoch_its_last_block_the_transaction_and_the_remedy()
    {
        var claim = Claim(39, Other, Them);

        var reason = ClaimComparison.Compare(Three, ConsensusType.Authority, Us, [claim], []).Reason!;

        foreach (
            var word in new[]
            {
                "authority_divergence_at_submission",
                "epoch 3",
                "last block 39",
                Same.ToString(),
                Other.ToString(),
                Them.ToString(),
                claim.Log.TransactionHash.ToString(),
                "set the application up anew",
            }
        )
            reason.ShouldContain(word);
    }

    private static IEnumerable<Claim> Claims(string root, Address? by) => root == "-" ? [] : [Claim(39, root == "=" ? Same : Other, by)];

    private static Claim Claim(ulong last, Hash32 root, Address? by) =>
        new(
            FakeChain.AddressOf(10),
            last,
            root,
            by,
            new LogEntry(FakeChain.AddressOf(20), [], [], 50, default, FakeChain.HashOf($"{last} {root} {by}"), 0)
        );
}
