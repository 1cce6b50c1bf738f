using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Claimer.Tests;

public sealed class ClaimComparisonTests
{
    private static readonly Address Us = Address.Parse("0x00000000000000000000000000000000000000aa");
    private static readonly Address Other = Address.Parse("0x00000000000000000000000000000000000000bb");
    private static readonly Hash32 Root = Keccak256.Hash("ours"u8);
    private static readonly Hash32 Foreign = Keccak256.Hash("theirs"u8);
    private static readonly Epoch Ours = new() { Index = 3, FirstBlock = 30, LastBlock = 39, OutputsMerkleRoot = Root };

    [Fact]
    public void Without_a_claim_on_chain_ours_is_missing() =>
        ClaimComparison.Compare(Ours, ConsensusType.Authority, Us, [], []).Standing.ShouldBe(ClaimStanding.Missing);

    [Fact]
    public void An_accepted_equal_claim_settles_the_epoch() =>
        ClaimComparison.Compare(Ours, ConsensusType.Authority, Us, [On(39, Root, Us)], [On(39, Root, null)]).Standing.ShouldBe(ClaimStanding.Accepted);

    [Fact]
    public void Claims_of_other_epochs_are_not_ours_to_judge() =>
        ClaimComparison.Compare(Ours, ConsensusType.Authority, Us, [On(49, Foreign, Us)], [On(49, Foreign, null)]).Standing.ShouldBe(ClaimStanding.Missing);

    [Fact]
    public void A_foreign_claim_at_an_authority_stops_the_application_with_both_roots()
    {
        var verdict = ClaimComparison.Compare(Ours, ConsensusType.Authority, Us, [On(39, Foreign, Other)], []);
        verdict.Standing.ShouldBe(ClaimStanding.Diverged);
        verdict.Reason.ShouldNotBeNull();
        verdict.Reason.ShouldContain("authority_divergence_at_submission");
        verdict.Reason.ShouldContain(Root.ToString());
        verdict.Reason.ShouldContain(Foreign.ToString());
    }

    [Fact]
    public void In_a_quorum_another_validators_other_vote_is_ignored_and_our_own_is_not()
    {
        ClaimComparison.Compare(Ours, ConsensusType.Quorum, Us, [On(39, Foreign, Other)], []).Standing.ShouldBe(ClaimStanding.Missing);
        ClaimComparison.Compare(Ours, ConsensusType.Quorum, Us, [On(39, Foreign, Us)], []).Standing.ShouldBe(ClaimStanding.Diverged);
        ClaimComparison.Compare(Ours, ConsensusType.Quorum, Us, [On(39, Root, Other)], []).Standing.ShouldBe(ClaimStanding.Missing);
        ClaimComparison.Compare(Ours, ConsensusType.Quorum, Us, [On(39, Root, Us)], []).Standing.ShouldBe(ClaimStanding.Submitted);
    }

    [Fact]
    public void A_quorum_that_accepts_another_root_has_out_voted_us() =>
        ClaimComparison.Compare(Ours, ConsensusType.Quorum, Us, [On(39, Root, Us)], [On(39, Foreign, null)]).Standing.ShouldBe(ClaimStanding.OutVoted);

    private static Claim On(ulong lastBlock, Hash32 root, Address? submitter) =>
        new(Address.Zero, lastBlock, root, submitter, new LogEntry(Address.Zero, [], [], lastBlock + 1, Hash32.Zero, Hash32.Zero, 0));
}
