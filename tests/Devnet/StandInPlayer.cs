using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Devnet.Tests;

/// <summary>A claimant of one machine state for a whole epoch: all 2^48 leaves are that state, as in an epoch without inputs.</summary>
internal sealed class StandInPlayer
{
    private const ulong OutputsRootIndex = 0x60800000 >> 5;
    private readonly Dictionary<ulong, Hash32> _memory;

    /// <param name="digest">Makes the states of different players different.</param>
    public StandInPlayer(string digest)
    {
        OutputsRoot = new OutputsFrontier().Root();
        _memory = new Dictionary<ulong, Hash32>
        {
            [0] = Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(digest)),
            [OutputsRootIndex] = OutputsRoot,
        };
        State = MemoryMerkleTree.Root(_memory);
        var node = State;
        for (var height = 0; height < 48; height++)
        {
            Siblings.Add(node);
            Child = node;
            node = Keccak256.Hash(node, node);
        }

        Commitment = node;
    }

    public Hash32 OutputsRoot { get; }

    public Hash32 State { get; }

    public Hash32 Commitment { get; }

    public List<Hash32> Siblings { get; } = [];

    /// <summary>Both children of the commitment.</summary>
    public Hash32 Child { get; }

    public byte[] Join() => TournamentContract.JoinTournament(State, Siblings, Child, Child);

    public byte[] Settle(ulong epoch) =>
        DaveConsensusContract.Settle(epoch, OutputsRoot, MemoryMerkleTree.Siblings(_memory, OutputsRootIndex));
}
