using System.Buffers.Binary;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.Contracts;

/// <summary>Selectors, topics and errors of Dave 2.1.1, as the deployed contracts have them.</summary>
public sealed class DaveTests
{
    private static readonly Address At = Address.Parse("0x1b51e2992a2755ba4d6f7094032df91991a0cfac");
    private static readonly Hash32 One = Keccak256.Hash([1]);
    private static readonly Hash32 Two = Keccak256.Hash([2]);

    public static TheoryData<string, byte[]> Calls =>
        new()
        {
            { "0x1239acd9", DaveConsensusContract.GetCurrentSealedEpoch(At).Data },
            { "0xfaf7ba6a", DaveConsensusContract.CanSettle(At).Data },
            { "0x8bca2e0c", DaveConsensusContract.Settle(1, One, [Two]) },
            { "0xb3a1acd8", DaveConsensusContract.GetDeploymentBlockNumber(At).Data },
            { "0x00aace9a", DaveConsensusContract.GetInputBox(At).Data },
            { "0xc050be00", DaveConsensusContract.GetApplicationContract(At).Data },
            { "0x813a1aaf", DaveConsensusContract.GetTournamentFactory(At).Data },
            { "0xf46cad3a", DaveAppFactoryContract.NewDaveApp(One, Two) },
            { "0x2bbb8279", DaveAppFactoryContract.CalculateDaveAppAddress(At, One, Two).Data },
            { "0xd2d5862c", TournamentContract.BondValue(At).Data },
            { "0x1d5bf796", TournamentContract.JoinTournament(One, [Two], One, Two) },
            { "0xcb2773db", TournamentContract.ArbitrationResult(At).Data },
            { "0x39cdfaf2", TournamentContract.TimeFinished(At).Data },
            { "0xc2b6b58c", TournamentContract.IsClosed(At).Data },
            { "0x7b352962", TournamentContract.IsFinished(At).Data },
            { "0xa1af906b", TournamentContract.LevelConstants(At).Data },
            { "0x7795820c", TournamentContract.GetCommitment(At, One).Data },
            { "0x33807cbc", TournamentContract.TryRecoveringBond() },
            { "0x4b3fbb10", TournamentContract.Arguments(At).Data },
            { "0xff78e0ee", TournamentContract.WinMatchByTimeout(One, Two, One, Two) },
            { "0x9a9b4b2b", TournamentContract.EliminateMatchByTimeout(One, Two) },
            { "0x26860b49", TournamentContract.EliminateInnerTournament(At) },
            { "0x2c243a1e", TournamentContract.GetCounters(At)[0].Data },
            { "0x8989ced4", TournamentContract.GetCounters(At)[1].Data },
            { "0xf8cb3bd0", TournamentContract.GetCounters(At)[2].Data },
            { "0xd3976945", TournamentContract.GetCounters(At)[3].Data },
            { "0x30beca25", TournamentContract.GetCounters(At)[4].Data },
        };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_has_the_contract_s_selector(string selector, byte[] data) => Hex.Encode(data.AsSpan(0, 4)).ShouldBe(selector);

    [Fact]
    public void Events_have_the_contract_s_topics()
    {
        DaveConsensusContract.EpochSealedTopic.ToString().ShouldBe("0xa91d0b68c00a132585cc08007b46ff5f0abc622f5286b5701149b33784764ced");
        TournamentEvents.CommitmentJoinedTopic.ToString().ShouldBe("0xf8e98e9201e0caf973fa5520838a058bd8a819e0a8f5dd1fa08c3e550d4b9872");
        TournamentEvents.MatchCreatedTopic.ToString().ShouldBe("0xbaea19df0c2b83760acad299eaf042b77e11e0f362ce10d0d4bb24b09fa5296d");
        TournamentEvents.MatchAdvancedTopic.ToString().ShouldBe("0xbc14010e647cf07dd4f48df2f806ec59932be73b1b969e6dff6fa55e805a1cbc");
        TournamentEvents.MatchDeletedTopic.ToString().ShouldBe("0x1d3ae066e466a0203dcc05b06daeba9922750bcf99aa7837a92123fca1287406");
        TournamentEvents.NewInnerTournamentTopic.ToString().ShouldBe("0xc7912008857e6a935ca95124a47677526500edc470687f5ced6e7ad3ca465138");
        TournamentEvents.PartialBondRefundTopic.ToString().ShouldBe("0x938a52b87ed1353360e17d203a73343c4e92b6a9e9a0b50d0e38df31fbf14219");
    }

    [Theory]
    [InlineData(RevertReason.IncorrectEpochNumber, "IncorrectEpochNumber(uint256,uint256)")]
    [InlineData(RevertReason.TournamentNotFinishedYet, "TournamentNotFinishedYet()")]
    [InlineData(RevertReason.TournamentFailedNoWinner, "TournamentFailedNoWinner()")]
    [InlineData(RevertReason.TournamentIsClosed, "TournamentIsClosed()")]
    [InlineData(RevertReason.TournamentIsFinished, "TournamentIsFinished()")]
    [InlineData(RevertReason.InvalidOutputsMerkleRootProof, "InvalidOutputsMerkleRootProof(bytes32)")]
    [InlineData(RevertReason.InvalidOutputsMerkleRootProofSize, "InvalidOutputsMerkleRootProofSize(uint256)")]
    [InlineData(RevertReason.CommitmentProofWrongSize, "CommitmentProofWrongSize(uint256,uint256)")]
    [InlineData(RevertReason.CommitmentFinalStateMismatch, "CommitmentFinalStateMismatch(bytes32,bytes32)")]
    [InlineData(RevertReason.ClockNotTimedOut, "ClockNotTimedOut()")]
    [InlineData(RevertReason.ChildTournamentCannotBeEliminated, "ChildTournamentCannotBeEliminated()")]
    public void An_error_has_the_contract_s_selector_and_is_named(uint selector, string signature)
    {
        new AbiFunction(signature).Selector.ShouldBe(selector);
        var data = new byte[4 + (4 * 32)];
        BinaryPrimitives.WriteUInt32BigEndian(data, selector);
        RevertReason.Describe(data).ShouldStartWith(signature.Split('(')[0] + "(");
    }

    [Fact]
    public void A_seal_with_an_indexed_number_is_refused_as_another_version_s()
    {
        var log = new LogEntry(At, [DaveConsensusContract.EpochSealedTopic, One], new byte[160], 7, One, Two, 0);

        Should.Throw<AbiException>(() => DaveConsensusContract.DecodeEpochSealed(log)).Message.ShouldContain("EpochSealed with 1 topics");
    }

    [Fact]
    public void A_running_clock_tells_when_it_runs_out_and_a_paused_one_does_not()
    {
        new JoinedCommitment(60, 100, One).RunsOutAt.ShouldBe(160UL);
        new JoinedCommitment(60, 0, One).RunsOutAt.ShouldBeNull();
    }
}
