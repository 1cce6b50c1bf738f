using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>What happens on L1 to one application under Dave: inputs, joins of others, and blocks, which are its time.</summary>
internal sealed class PrtStory(AnvilChain anvil, CancellationToken token)
{
    public const ulong Allowance = 60;
    private const ulong Effort = 5;
    private static int _salt;
    private readonly Story _story = new(anvil, token);

    public Address Application { get; private set; }

    public Address Consensus { get; private set; }

    private DevnetChain Chain => anvil.Chain;

    /// <summary>An application with epoch 0 sealed.</summary>
    public async Task DeployAsync(params string[] inputsBefore)
    {
        var salt = new byte[32];
        (salt[0], salt[31]) = (0xda, (byte)Interlocked.Increment(ref _salt));
        var dave = await StandInContracts.DeployAsync(Chain, Allowance, Effort, token);
        var template = await EchoTemplate.HashAsync(token);
        (Application, Consensus) = await dave.CalculateAsync(template, new Hash32(salt), token);
        foreach (var input in inputsBefore)
            await SendAsync(input);
        await dave.DeployApplicationAsync(template, new Hash32(salt), token);
    }

    public Task SendAsync(string payload) => anvil.Contracts.AddInputAsync(Application, Encoding.UTF8.GetBytes(payload), token);

    /// <summary>The epoch that is being decided.</summary>
    public async Task<CurrentSealedEpoch> SealedAsync() =>
        DaveConsensusContract.DecodeCurrentSealedEpoch(await CallAsync(DaveConsensusContract.GetCurrentSealedEpoch(Consensus)));

    /// <summary>Waits until so many have joined the current tournament.</summary>
    public async Task UntilJoinedAsync(ulong commitments = 1)
    {
        var tournament = (await SealedAsync()).Tournament;
        await _story.UntilAsync(
            async () => new AbiReader(await CallAsync(TournamentContract.GetCounters(tournament)[0])).Number(0, "joins"),
            joined => joined >= commitments
        );
    }

    /// <summary>Mines to the block in which the current tournament closes.</summary>
    public async Task CloseAsync(Address? tournament = null)
    {
        var (start, allowance) = TournamentContract.DecodeClock(
            await CallAsync(TournamentContract.Arguments(tournament ?? (await SealedAsync()).Tournament))
        );
        await Chain.MineToAsync(start + allowance, token);
    }

    /// <summary>Waits until a match of the current tournament has ended.</summary>
    public async Task UntilMatchEndsAsync()
    {
        var tournament = (await SealedAsync()).Tournament;
        await _story.UntilAsync(
            async () => new AbiReader(await CallAsync(TournamentContract.GetCounters(tournament)[3])).Number(0, "deleted matches"),
            deleted => deleted > 0
        );
    }

    /// <summary>Waits until that epoch is settled, so the next is sealed.</summary>
    public Task UntilSettledAsync(ulong epoch) => _story.UntilAsync(async () => (await SealedAsync()).Number, number => number > epoch);

    /// <summary>Somebody joins with a commitment that every state of the epoch was this one.</summary>
    public async Task<Hash32> AttackAsync(string state)
    {
        var leaf = Keccak256.Hash(Encoding.ASCII.GetBytes(state));
        var tree = new ComputationTree();
        tree.Complete(leaf);
        var (commitment, siblings) = tree.Result();
        await JoinAsync(leaf, siblings, DevnetAccounts.Stranger);
        return commitment;
    }

    /// <summary>The same, in the pool and before everything that is there.</summary>
    public async Task<Hash32> AttackFirstAsync(string state)
    {
        var leaf = Keccak256.Hash(Encoding.ASCII.GetBytes(state));
        var tree = new ComputationTree();
        tree.Complete(leaf);
        var (commitment, siblings) = tree.Result();
        await SubmitFirstAsync((await SealedAsync()).Tournament, JoinOf(leaf, siblings), StandInContracts.Bond);
        return commitment;
    }

    /// <summary>Somebody else joins with the node's own commitment, before everything that is in the pool.</summary>
    public async Task<Hash32> JoinForFirstAsync(Epoch epoch) =>
        await SubmitFirstAsync(
            (await SealedAsync()).Tournament,
            JoinOf(epoch.MachineHash!.Value, Siblings.FromBytes(epoch.CommitmentProof)),
            StandInContracts.Bond
        );

    /// <summary>Somebody else settles with the node's proof, before everything that is in the pool.</summary>
    public Task<Hash32> SettleForFirstAsync(Epoch epoch) =>
        SubmitFirstAsync(
            Consensus,
            DaveConsensusContract.Settle(epoch.Index, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof)),
            0
        );

    /// <summary>Waits until the node has a transaction in the pool.</summary>
    public Task UntilInPoolAsync() =>
        _story.UntilAsync(
            async () =>
                (
                    Pending: await Chain.Client.GetTransactionCountAsync(DevnetAccounts.ClaimOwner, BlockTag.Pending, token),
                    Mined: await Chain.Client.GetTransactionCountAsync(DevnetAccounts.ClaimOwner, BlockTag.Latest, token)
                ),
            count => count.Pending > count.Mined
        );

    /// <summary>Somebody asks for the winner's bond before the epoch is settled, after which it never can be.</summary>
    public async Task RecoverBondAsync() =>
        await Chain.SendAsync(DevnetAccounts.Stranger, (await SealedAsync()).Tournament, TournamentContract.TryRecoveringBond(), token);

    /// <summary>Somebody else joins with the node's own commitment.</summary>
    public Task JoinForAsync(Epoch epoch) =>
        JoinAsync(epoch.MachineHash!.Value, Siblings.FromBytes(epoch.CommitmentProof), DevnetAccounts.Stranger);

    /// <summary>Somebody else settles with the node's proof.</summary>
    public Task SettleForAsync(Epoch epoch) =>
        Chain.SendAsync(
            DevnetAccounts.Stranger,
            Consensus,
            DaveConsensusContract.Settle(epoch.Index, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof)),
            token
        );

    /// <summary>Mines until the clock of that commitment, whose turn it is, has run out.</summary>
    public async Task MineUntilClockOfAsync(Hash32 commitment)
    {
        var tournament = (await SealedAsync()).Tournament;
        var clock = TournamentContract.DecodeCommitment(await CallAsync(TournamentContract.GetCommitment(tournament, commitment)));
        await Chain.MineToAsync(clock.RunsOutAt!.Value + 1, token);
    }

    /// <summary>The attacker, who joined with that state, claims the win against the node's commitment.</summary>
    public async Task WinForAttackerAsync(Hash32 ours, Hash32 attacker, string state, Address tournament)
    {
        var child = Enumerable
            .Range(0, 47)
            .Aggregate(Keccak256.Hash(Encoding.ASCII.GetBytes(state)), (node, _) => Keccak256.Hash(node, node));
        await Chain.SendAsync(
            DevnetAccounts.Stranger,
            tournament,
            TournamentContract.WinMatchByTimeout(ours, attacker, child, child),
            token
        );
    }

    /// <summary>
    /// A match goes a step, is taken one level down, and is won there by the first commitment; the address of the inner tournament.
    /// </summary>
    public async Task<Address> PlayOnTwoLevelsAsync(Hash32 one, Hash32 two)
    {
        var tournament = (await SealedAsync()).Tournament;
        var id = TournamentContract.MatchIdHash(one, two);
        await HookAsync(tournament, "hookAdvance(bytes32,bytes32,bytes32)", AbiValue.Of(id), AbiValue.Of(two), AbiValue.Of(one));
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
            token
        );
        await HookAsync(tournament, "hookInner(bytes32,address)", AbiValue.Of(id), AbiValue.Of(inner));
        await HookAsync(
            tournament,
            "hookDelete((bytes32,bytes32),uint8,uint8,bytes32)",
            AbiValue.Tuple(AbiValue.Of(one), AbiValue.Of(two)),
            AbiValue.Of(2UL),
            AbiValue.Of(1UL),
            AbiValue.Of(one)
        );
        return inner;
    }

    /// <summary>
    /// A match is taken one level down, where two strangers join and then do nothing; the inner tournament, and the match in it.
    /// </summary>
    public async Task<(Address Tournament, Hash32 Match)> IdleBelowAsync(Hash32 one, Hash32 two)
    {
        var inner = await StandInContracts.DeployAsync(
            Chain,
            "StandInTournament",
            [
                AbiValue.Of(3UL),
                AbiValue.Of(1UL),
                AbiValue.Of(27UL),
                AbiValue.Of(17UL),
                AbiValue.Of(10UL),
                AbiValue.Of(0UL),
                AbiValue.Of(1UL),
            ],
            token
        );
        await HookAsync(
            (await SealedAsync()).Tournament,
            "hookInner(bytes32,address)",
            AbiValue.Of(TournamentContract.MatchIdHash(one, two)),
            AbiValue.Of(inner)
        );
        Hash32[] roots = [await JoinBelowAsync("below"), await JoinBelowAsync("below as well")];
        return (inner, TournamentContract.MatchIdHash(roots[0], roots[1]));

        async Task<Hash32> JoinBelowAsync(string state)
        {
            var leaf = Keccak256.Hash(Encoding.ASCII.GetBytes(state));
            var levels = new List<Hash32> { leaf };
            for (var height = 1; height <= 17; height++)
                levels.Add(Keccak256.Hash(levels[^1], levels[^1]));
            await Chain.SendAsync(
                DevnetAccounts.Stranger,
                inner,
                TournamentContract.JoinTournament(leaf, levels[..17], levels[16], levels[16]),
                token,
                1
            );
            return levels[17];
        }
    }

    private Task<TransactionReceipt> HookAsync(Address tournament, string signature, params AbiValue[] arguments) =>
        Chain.SendAsync(DevnetAccounts.Deployer, tournament, new AbiFunction(signature).Encode(arguments), token);

    public Task<Epoch> EpochAsync(TestNode node, ulong index, Func<Epoch, bool> reached) =>
        _story.UntilAsync(
            () => node.ReadAsync(db => db.Epochs.AsNoTracking().SingleOrDefaultAsync(epoch => epoch.Index == index, token)),
            epoch => epoch is not null && reached(epoch)
        )!;

    public Task<Epoch> EpochAsync(TestNode node, ulong index, EpochStatus status) =>
        EpochAsync(node, index, epoch => epoch.Status == status);

    public Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> done) => _story.UntilAsync(read, done);

    public Task<byte[]> CallAsync(CallRequest call) => Chain.Client.CallAsync(call, BlockTag.Latest, token);

    private async Task JoinAsync(Hash32 leaf, IReadOnlyList<Hash32> siblings, Address from) =>
        await Chain.SendAsync(from, (await SealedAsync()).Tournament, JoinOf(leaf, siblings), token, StandInContracts.Bond);

    private static byte[] JoinOf(Hash32 leaf, IReadOnlyList<Hash32> siblings) =>
        TournamentContract.JoinTournament(
            leaf,
            siblings,
            siblings[^1],
            siblings.SkipLast(1).Aggregate(leaf, (node, sibling) => Keccak256.Hash(sibling, node))
        );

    // A tip that no node bids.
    private async Task<Hash32> SubmitFirstAsync(Address to, byte[] data, BigInteger value)
    {
        var transaction = new JsonObject
        {
            ["from"] = DevnetAccounts.Stranger.ToString(),
            ["to"] = to.ToString(),
            ["data"] = Hex.Encode(data),
            ["value"] = "0x" + value.ToString("x", CultureInfo.InvariantCulture),
            ["gas"] = "0x1e8480",
            ["maxFeePerGas"] = "0x746a528800",
            ["maxPriorityFeePerGas"] = "0x174876e800",
        };
        return Hash32.Parse((await Chain.RpcAsync("eth_sendTransaction", [transaction], token))!.GetValue<string>());
    }
}
