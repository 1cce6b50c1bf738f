using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Devnet.Tests;

/// <summary>The stand-in contracts behave as the real Dave 2.1.1 was seen to: results, errors and their order.</summary>
public sealed class StandInTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private const ulong Allowance = 60;
    private const ulong Effort = 5;

    private static readonly StandInPlayer Honest = new("template");
    private static readonly StandInPlayer Attacker = new("another");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DevnetChain Chain => anvil.Chain;

    [Fact]
    public async Task An_application_is_made_with_epoch_0_sealed_and_its_consensus_in_charge()
    {
        var dave = await StandInContracts.DeployAsync(Chain, Allowance, Effort, Token);
        var expected = await dave.CalculateAsync(Honest.State, Salt("made"), Token);
        (await dave.DeployApplicationAsync(Honest.State, Salt("made"), Token)).ShouldBe(expected);

        var (app, consensus) = expected;
        new AbiReader(await CallAsync(ApplicationContract.GetOutputsMerkleRootValidator(app))).Address(0).ShouldBe(consensus);
        new AbiReader(await CallAsync(DaveConsensusContract.GetApplicationContract(consensus))).Address(0).ShouldBe(app);
        new AbiReader(await CallAsync(DaveConsensusContract.GetInputBox(consensus))).Address(0).ShouldBe(RollupsContracts.InputBox);
        new AbiReader(
            await CallAsync(ConsensusContract.SupportsInterface(consensus, DaveConsensusContract.OutputsMerkleRootValidatorInterface))
        )
            .Bool(0)
            .ShouldBeTrue();
        var block = new AbiReader(await CallAsync(DaveConsensusContract.GetDeploymentBlockNumber(consensus))).Number(0, "block");
        var seal = (await SealsAsync(consensus)).ShouldHaveSingleItem();
        (seal.Number, seal.InputIndexUpperBound, seal.InitialMachineStateHash, seal.OutputsMerkleRoot, seal.Log.BlockNumber).ShouldBe(
            (0UL, 0UL, Honest.State, Hash32.Zero, block)
        );
        DaveConsensusContract
            .DecodeCurrentSealedEpoch(await CallAsync(DaveConsensusContract.GetCurrentSealedEpoch(consensus)))
            .Tournament.ShouldBe(seal.Tournament);
        var level = TournamentContract.DecodeLevelConstants(await CallAsync(TournamentContract.LevelConstants(seal.Tournament)));
        level.ShouldBe(new TournamentLevel(3, 0, 44, 48));
        TournamentContract.DecodeClock(await CallAsync(TournamentContract.Arguments(seal.Tournament))).ShouldBe((block, Allowance));
    }

    [Fact]
    public async Task One_honest_player_joins_waits_and_settles_and_has_the_bond_back()
    {
        var (app, consensus, tournament) = await NewAsync("honest");
        await anvil.Contracts.AddInputAsync(app, "one"u8.ToArray(), Token);
        (await RefusalAsync(consensus, Honest.Settle(0))).ShouldContain("TournamentNotFinishedYet");
        (await RefusalAsync(tournament, Honest.Join(), StandInContracts.Bond - 1)).ShouldContain("InsufficientBond");
        (
            await RefusalAsync(
                tournament,
                TournamentContract.JoinTournament(Honest.State, [.. Honest.Siblings.Skip(1)], Honest.Child, Honest.Child)
            )
        ).ShouldContain("CommitmentProofWrongSize(48, 47)");
        (
            await RefusalAsync(tournament, TournamentContract.JoinTournament(Attacker.State, Honest.Siblings, Honest.Child, Honest.Child))
        ).ShouldContain("CommitmentFinalStateMismatch");
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        (await RefusalAsync(tournament, Honest.Join())).ShouldContain("clock is initialized");
        var joined = TournamentContract.DecodeCommitment(await CallAsync(TournamentContract.GetCommitment(tournament, Honest.Commitment)));
        (joined.HasJoined, joined.RunsOutAt, joined.FinalState).ShouldBe((true, null, Honest.State));

        await CloseAsync(tournament);
        (await RefusalAsync(tournament, Attacker.Join())).ShouldContain("TournamentIsClosed");
        DaveConsensusContract
            .DecodeCanSettle(await CallAsync(DaveConsensusContract.CanSettle(consensus)))
            .ShouldBe((true, 0UL, Honest.Commitment));
        (await RefusalAsync(consensus, Honest.Settle(1))).ShouldContain("IncorrectEpochNumber(1, 0)");
        (await RefusalAsync(consensus, DaveConsensusContract.Settle(0, Honest.OutputsRoot, [Hash32.Zero]))).ShouldContain(
            "InvalidOutputsMerkleRootProofSize(1)"
        );
        (await RefusalAsync(consensus, Attacker.Settle(0))).ShouldContain("InvalidOutputsMerkleRootProof(");
        await Chain.SendAsync(DevnetAccounts.Stranger, consensus, Honest.Settle(0), Token);

        var next = (await SealsAsync(consensus))[^1];
        (next.Number, next.InputIndexLowerBound, next.InputIndexUpperBound, next.InitialMachineStateHash, next.OutputsMerkleRoot).ShouldBe(
            (1UL, 0UL, 1UL, Honest.State, Honest.OutputsRoot)
        );
        new AbiReader(await CallAsync(ConsensusContract.IsOutputsMerkleRootValid(consensus, app, Honest.OutputsRoot)))
            .Bool(0)
            .ShouldBeTrue();
        (await Chain.Client.GetBalanceAsync(tournament, BlockTag.Latest, Token)).ShouldBe(BigInteger.Zero);
    }

    [Fact]
    public async Task An_idle_attacker_loses_by_timeout()
    {
        var (_, consensus, tournament) = await NewAsync("timeout");
        await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger);
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        var win = TournamentContract.WinMatchByTimeout(Attacker.Commitment, Honest.Commitment, Honest.Child, Honest.Child);
        (await RefusalAsync(tournament, win)).ShouldContain("ClockNotTimedOut");
        var clock = TournamentContract.DecodeCommitment(
            await CallAsync(TournamentContract.GetCommitment(tournament, Attacker.Commitment))
        );
        // A block later than need be: the charge for lateness costs gas that an estimate in the first block would not have.
        await Chain.MineToAsync(clock.RunsOutAt!.Value + 1, Token);
        (
            await RefusalAsync(
                tournament,
                TournamentContract.WinMatchByTimeout(Attacker.Commitment, Honest.Commitment, Attacker.Child, Honest.Child)
            )
        ).ShouldContain("WrongChildren(2,");
        await Chain.SendAsync(DevnetAccounts.ClaimOwner, tournament, win, Token);
        (await RefusalAsync(tournament, win)).ShouldContain("TournamentIsFinished");

        var deleted = (await LogsAsync(tournament, TournamentEvents.MatchDeletedTopic))
            .Select(TournamentEvents.DecodeMatchDeleted)
            .ShouldHaveSingleItem();
        (deleted.IdHash, deleted.Reason, deleted.Winner).ShouldBe(
            (TournamentContract.MatchIdHash(Attacker.Commitment, Honest.Commitment), (byte)1, (byte)2)
        );
        await CloseAsync(tournament);
        await Chain.SendAsync(DevnetAccounts.Stranger, consensus, Honest.Settle(0), Token);
        (await SealsAsync(consensus)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_join_costs_about_what_it_costs_on_the_real_one_alone_and_paired()
    {
        var (_, _, tournament) = await NewAsync("gas");
        // 189k and 300k there.
        (await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger)).GasUsed.ShouldBeInRange(170_000UL, 210_000UL);
        (await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner)).GasUsed.ShouldBeInRange(280_000UL, 330_000UL);
    }

    [Fact]
    public async Task A_bond_that_is_recovered_before_the_settlement_makes_that_impossible_for_ever()
    {
        var (_, consensus, tournament) = await NewAsync("stuck");
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        await CloseAsync(tournament);
        await Chain.SendAsync(DevnetAccounts.Stranger, tournament, TournamentContract.TryRecoveringBond(), Token);

        DaveConsensusContract
            .DecodeCanSettle(await CallAsync(DaveConsensusContract.CanSettle(consensus)))
            .ShouldBe((true, 0UL, Honest.Commitment));
        (await RefusalAsync(consensus, Honest.Settle(0))).ShouldBe("Panic(0x1)");
        (await Chain.Client.GetBalanceAsync(tournament, BlockTag.Latest, Token)).ShouldBe(BigInteger.Zero);
    }

    [Fact]
    public async Task A_win_that_would_use_up_all_time_is_refused()
    {
        var (_, _, tournament) = await NewAsync("late");
        await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger);
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        await Chain.MineAsync(3 * Allowance, Token);

        (
            await RefusalAsync(
                tournament,
                TournamentContract.WinMatchByTimeout(Attacker.Commitment, Honest.Commitment, Honest.Child, Honest.Child)
            )
        ).ShouldContain("can't create clock with zero time");
    }

    [Fact]
    public async Task Both_clocks_run_out_and_nobody_wins()
    {
        var (_, consensus, tournament) = await NewAsync("eliminated");
        await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger);
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        (await RefusalAsync(tournament, TournamentContract.EliminateMatchByTimeout(Attacker.Commitment, Honest.Commitment))).ShouldContain(
            "BothClocksHaveNotTimedOut"
        );
        await Chain.MineAsync(3 * Allowance, Token);
        await Chain.SendAsync(
            DevnetAccounts.Stranger,
            tournament,
            TournamentContract.EliminateMatchByTimeout(Attacker.Commitment, Honest.Commitment),
            Token
        );

        await NobodyWonAsync(consensus, tournament);
    }

    [Fact]
    public async Task Nobody_joins_and_the_application_can_never_seal_again()
    {
        var (_, consensus, tournament) = await NewAsync("nobody");
        await CloseAsync(tournament);

        await NobodyWonAsync(consensus, tournament);
    }

    [Fact]
    public async Task A_match_is_decided_one_level_down()
    {
        var (_, _, tournament) = await NewAsync("levels");
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger);
        var id = TournamentContract.MatchIdHash(Honest.Commitment, Attacker.Commitment);
        await HookAsync(
            tournament,
            "hookAdvance(bytes32,bytes32,bytes32)",
            AbiValue.Of(id),
            AbiValue.Of(Attacker.Child),
            AbiValue.Of(Honest.Child)
        );
        var inner = await StandInContracts.DeployAsync(
            Chain,
            "StandInTournament",
            [
                AbiValue.Of(3UL),
                AbiValue.Of(1UL),
                AbiValue.Of(27UL),
                AbiValue.Of(17UL),
                AbiValue.Of(Allowance),
                AbiValue.Of(Effort),
                AbiValue.Of(1UL),
            ],
            Token
        );
        await HookAsync(tournament, "hookInner(bytes32,address)", AbiValue.Of(id), AbiValue.Of(inner));
        await HookAsync(
            tournament,
            "hookDelete((bytes32,bytes32),uint8,uint8,bytes32)",
            AbiValue.Tuple(AbiValue.Of(Honest.Commitment), AbiValue.Of(Attacker.Commitment)),
            AbiValue.Of(2UL),
            AbiValue.Of(1UL),
            AbiValue.Of(Honest.Child)
        );
        await CloseAsync(tournament);

        TournamentContract
            .DecodeArbitrationResult(await CallAsync(TournamentContract.ArbitrationResult(tournament)))
            .ShouldBe((true, Honest.Commitment, Honest.State));
        TournamentContract.DecodeLevelConstants(await CallAsync(TournamentContract.LevelConstants(inner))).Height.ShouldBe(17UL);
        var counters = await Chain.Client.CallManyAsync(TournamentContract.GetCounters(tournament), BlockTag.Latest, Token);
        counters.Select(counter => new AbiReader(counter.Data).Number(0, "counter")).ShouldBe([2, 1, 1, 1, 1]);
    }

    [Fact]
    public async Task A_match_whose_inner_tournament_ends_without_a_winner_is_eliminated()
    {
        var (_, consensus, tournament) = await NewAsync("below");
        await JoinAsync(tournament, Honest, DevnetAccounts.ClaimOwner);
        await JoinAsync(tournament, Attacker, DevnetAccounts.Stranger);
        var inner = await StandInContracts.DeployAsync(
            Chain,
            "StandInTournament",
            [
                AbiValue.Of(3UL),
                AbiValue.Of(1UL),
                AbiValue.Of(27UL),
                AbiValue.Of(17UL),
                AbiValue.Of(Allowance),
                AbiValue.Of(Effort),
                AbiValue.Of(1UL),
            ],
            Token
        );
        var elimination = TournamentContract.EliminateInnerTournament(inner);
        (await RefusalAsync(tournament, elimination, 0)).ShouldContain("match does not exist");
        await HookAsync(
            tournament,
            "hookInner(bytes32,address)",
            AbiValue.Of(TournamentContract.MatchIdHash(Honest.Commitment, Attacker.Commitment)),
            AbiValue.Of(inner)
        );
        (await RefusalAsync(tournament, elimination, 0)).ShouldContain("ChildTournamentCannotBeEliminated");
        // No clock runs above.
        await Chain.MineAsync(3 * Allowance, Token);
        (
            await RefusalAsync(tournament, TournamentContract.EliminateMatchByTimeout(Honest.Commitment, Attacker.Commitment), 0)
        ).ShouldContain("BothClocksHaveNotTimedOut");

        await Chain.SendAsync(DevnetAccounts.Stranger, tournament, elimination, Token);

        var deleted = (await LogsAsync(tournament, TournamentEvents.MatchDeletedTopic))
            .Select(TournamentEvents.DecodeMatchDeleted)
            .ShouldHaveSingleItem();
        (deleted.Reason, deleted.Winner).ShouldBe(((byte)2, (byte)0));
        await NobodyWonAsync(consensus, tournament);
        (await RefusalAsync(tournament, elimination, 0)).ShouldContain("TournamentIsFinished");
    }

    private async Task NobodyWonAsync(Address consensus, Address tournament)
    {
        new AbiReader(await CallAsync(TournamentContract.IsFinished(tournament))).Bool(0).ShouldBeTrue();
        foreach (var call in new[] { DaveConsensusContract.CanSettle(consensus), TournamentContract.ArbitrationResult(tournament) })
            (await Should.ThrowAsync<ContractRevertedException>(() => CallAsync(call))).Selector.ShouldBe(
                RevertReason.TournamentFailedNoWinner
            );
        (await RefusalAsync(consensus, Honest.Settle(0))).ShouldContain("TournamentFailedNoWinner");
        (await RefusalAsync(tournament, TournamentContract.TryRecoveringBond(), 0)).ShouldContain("NoWinner");
    }

    private async Task<(Address Application, Address Consensus, Address Tournament)> NewAsync(string salt)
    {
        var dave = await StandInContracts.DeployAsync(Chain, Allowance, Effort, Token);
        var (app, consensus) = await dave.DeployApplicationAsync(Honest.State, Salt(salt), Token);
        return (app, consensus, (await SealsAsync(consensus)).Single().Tournament);
    }

    private Task<TransactionReceipt> JoinAsync(Address tournament, StandInPlayer player, Address from) =>
        Chain.SendAsync(from, tournament, player.Join(), Token, StandInContracts.Bond);

    private async Task CloseAsync(Address tournament)
    {
        var (start, allowance) = TournamentContract.DecodeClock(await CallAsync(TournamentContract.Arguments(tournament)));
        await Chain.MineToAsync(start + allowance, Token);
    }

    private Task<TransactionReceipt> HookAsync(Address tournament, string signature, params AbiValue[] arguments) =>
        Chain.SendAsync(DevnetAccounts.Deployer, tournament, new AbiFunction(signature).Encode(arguments), Token);

    private async Task<string> RefusalAsync(Address to, byte[] data, BigInteger? value = null)
    {
        var isJoin = Hex.Encode(data.AsSpan(0, 4)) == "0x1d5bf796";
        var refusal = await Should.ThrowAsync<ContractRevertedException>(() =>
            Chain.Client.EstimateGasAsync(
                new CallRequest(to, data, DevnetAccounts.ClaimOwner, value ?? (isJoin ? StandInContracts.Bond : 0)),
                Token
            )
        );
        return refusal.RevertData.Count == 0 ? refusal.NodeMessage : RevertReason.Describe(refusal.RevertData);
    }

    private Task<byte[]> CallAsync(CallRequest call) => Chain.Client.CallAsync(call, BlockTag.Latest, Token);

    private async Task<List<EpochSealed>> SealsAsync(Address consensus) =>
        [.. (await LogsAsync(consensus, DaveConsensusContract.EpochSealedTopic)).Select(DaveConsensusContract.DecodeEpochSealed)];

    private async Task<IReadOnlyList<LogEntry>> LogsAsync(Address contract, Hash32 topic) =>
        await Chain.Client.GetLogsAsync(
            new LogFilter(
                [contract],
                [
                    [topic],
                ],
                0,
                await Chain.HeadAsync(Token)
            ),
            Token
        );

    private static Hash32 Salt(string text) => Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(text));
}
