using System.Text;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Ethereum;
using Rollups.Persistence;
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
    public async Task<CurrentSealedEpoch> SealedAsync() => DaveConsensusContract.DecodeCurrentSealedEpoch(await CallAsync(DaveConsensusContract.GetCurrentSealedEpoch(Consensus)));

    /// <summary>Waits until so many have joined the current tournament.</summary>
    public async Task UntilJoinedAsync(ulong commitments = 1)
    {
        var tournament = (await SealedAsync()).Tournament;
        await _story.UntilAsync(async () => new AbiReader(await CallAsync(TournamentContract.GetCounters(tournament)[0])).Number(0, "joins"), joined => joined >= commitments);
    }

    /// <summary>Mines to the block in which the current tournament closes.</summary>
    public async Task CloseAsync() => await Chain.MineToAsync(await ClosingBlockAsync(), token);

    public async Task<ulong> ClosingBlockAsync()
    {
        var (start, allowance) = TournamentContract.DecodeClock(await CallAsync(TournamentContract.Arguments((await SealedAsync()).Tournament)));
        return start + allowance;
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

    /// <summary>Somebody else joins with the node's own commitment.</summary>
    public Task JoinForAsync(Epoch epoch) => JoinAsync(epoch.MachineHash!.Value, Siblings.FromBytes(epoch.CommitmentProof), DevnetAccounts.Stranger);

    /// <summary>Somebody else settles with the node's proof.</summary>
    public Task SettleForAsync(Epoch epoch) =>
        Chain.SendAsync(DevnetAccounts.Stranger, Consensus, DaveConsensusContract.Settle(epoch.Index, epoch.OutputsMerkleRoot!.Value, Siblings.FromBytes(epoch.OutputsMerkleProof)), token);

    /// <summary>Waits until the node's clock in the match against that commitment, or the other's, has run out; then claims the win for the other.</summary>
    public async Task MineUntilClockOfAsync(Hash32 commitment)
    {
        var tournament = (await SealedAsync()).Tournament;
        var clock = TournamentContract.DecodeCommitment(await CallAsync(TournamentContract.GetCommitment(tournament, commitment)));
        await Chain.MineToAsync(clock.RunsOutAt!.Value + 1, token);
    }

    public Task WinAsync(Hash32 one, Hash32 two, Hash32 child, Address tournament) =>
        Chain.SendAsync(DevnetAccounts.Stranger, tournament, TournamentContract.WinMatchByTimeout(one, two, child, child), token);

    public Task<Epoch> EpochAsync(TestNode node, ulong index, Func<Epoch, bool> reached) =>
        _story.UntilAsync(() => node.ReadAsync(db => db.Epochs.AsNoTracking().SingleOrDefaultAsync(epoch => epoch.Index == index, token)), epoch => epoch is not null && reached(epoch))!;

    public Task<Epoch> EpochAsync(TestNode node, ulong index, EpochStatus status) => EpochAsync(node, index, epoch => epoch.Status == status);

    public Task<byte[]> CallAsync(CallRequest call) => Chain.Client.CallAsync(call, BlockTag.Latest, token);

    private async Task JoinAsync(Hash32 leaf, IReadOnlyList<Hash32> siblings, Address from)
    {
        var right = siblings.SkipLast(1).Aggregate(leaf, (node, sibling) => Keccak256.Hash(sibling, node));
        await Chain.SendAsync(from, (await SealedAsync()).Tournament, TournamentContract.JoinTournament(leaf, siblings, siblings[^1], right), token, StandInContracts.Bond);
    }
}
