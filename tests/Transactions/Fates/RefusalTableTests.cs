using System.Text;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions.Tests.Fates;

/// <summary>What each refusal of a contract means for each kind of transaction.</summary>
public sealed class RefusalTableTests
{
    [Theory]
    [InlineData(TransactionKind.SubmitClaim, "NotFirstClaim(address,uint256)", Refusal.Overtaken)]
    [InlineData(TransactionKind.SubmitClaim, "NotPastBlock(uint256,uint256)", Refusal.MayComeLater)]
    [InlineData(TransactionKind.SubmitClaim, "NotEpochFinalBlock(uint256,uint256)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.SubmitClaim, "OwnableUnauthorizedAccount(address)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.JoinTournament, "TournamentIsClosed()", Refusal.Overtaken)]
    [InlineData(TransactionKind.JoinTournament, "InsufficientBond()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.JoinTournament, "CommitmentProofWrongSize(uint256,uint256)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.JoinTournament, "CommitmentFinalStateMismatch(bytes32,bytes32)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.Settle, "IncorrectEpochNumber(uint256,uint256)", Refusal.Overtaken)]
    [InlineData(TransactionKind.Settle, "TournamentNotFinishedYet()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.Settle, "TournamentFailedNoWinner()", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.Settle, "InvalidOutputsMerkleRootProof(bytes32)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.WinMatchByTimeout, "TournamentIsFinished()", Refusal.Overtaken)]
    [InlineData(TransactionKind.WinMatchByTimeout, "ClockNotTimedOut()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.WinMatchByTimeout, "WrongChildren(uint256,bytes32,bytes32,bytes32)", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.EliminateMatch, "TournamentIsFinished()", Refusal.Overtaken)]
    [InlineData(TransactionKind.EliminateMatch, "BothClocksHaveNotTimedOut()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.EliminateMatch, "ChildTournamentCannotBeEliminated()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.RecoverBond, "TournamentNotFinished()", Refusal.MayComeLater)]
    [InlineData(TransactionKind.RecoverBond, "NoWinner()", Refusal.NeverSucceeds)]
    public void A_typed_error_has_its_class(TransactionKind kind, string error, Refusal expected) =>
        Refusals
            .Of(kind, new ContractRevertedException("eth_call", new AbiFunction(error).Encode(), "execution reverted"))
            .ShouldBe(expected);

    [Theory]
    [InlineData(TransactionKind.SubmitClaim, "Quorum: caller is not validator", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.JoinTournament, "clock is initialized", Refusal.Overtaken)]
    [InlineData(TransactionKind.WinMatchByTimeout, "match does not exist", Refusal.Overtaken)]
    [InlineData(TransactionKind.WinMatchByTimeout, "can't create clock with zero time", Refusal.NeverSucceeds)]
    [InlineData(TransactionKind.EliminateMatch, "match does not exist", Refusal.Overtaken)]
    public void So_has_a_text_with_and_without_its_data(TransactionKind kind, string text, Refusal expected)
    {
        var data = new AbiFunction("Error(string)").Encode(AbiValue.Of(Encoding.ASCII.GetBytes(text)));
        Refusals.Of(kind, new ContractRevertedException("eth_call", data, "execution reverted")).ShouldBe(expected);
        Refusals.Of(kind, new ContractRevertedException("eth_call", [], "execution reverted: " + text)).ShouldBe(expected);
    }

    [Fact]
    public void Only_a_failed_assertion_says_that_a_settlement_never_succeeds_and_that_a_bond_is_paid()
    {
        Of(TransactionKind.Settle, 0x01).ShouldBe(Refusal.NeverSucceeds);
        Of(TransactionKind.RecoverBond, 0x01).ShouldBe(Refusal.Overtaken);
        foreach (
            var kind in new[]
            {
                TransactionKind.Settle,
                TransactionKind.RecoverBond,
                TransactionKind.JoinTournament,
                TransactionKind.SubmitClaim,
            }
        )
            Of(kind, 0x11).ShouldBe(Refusal.Unknown);

        static Refusal Of(TransactionKind kind, ulong code) =>
            Refusals.Of(
                kind,
                new ContractRevertedException(
                    "eth_call",
                    new AbiFunction("Panic(uint256)").Encode(AbiValue.Of(code)),
                    "execution reverted"
                )
            );
    }

    [Fact]
    public void What_is_not_in_the_table_is_unknown_for_every_kind()
    {
        foreach (var kind in Enum.GetValues<TransactionKind>())
            Refusals
                .Of(kind, new ContractRevertedException("eth_call", new AbiFunction("SomethingElse()").Encode(), "execution reverted"))
                .ShouldBe(Refusal.Unknown);
    }
}
