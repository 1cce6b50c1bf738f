namespace Rollups.Machines.Host;

/// <summary>The chain that the node works on, and whether assets of value are there.</summary>
/// <param name="Id">EIP-155 id; 0 if it is unknown.</param>
internal sealed record HostChain(ulong Id)
{
    // Devnets: Ganache and Geth, Cartesi, Anvil and Hardhat. Test networks: Sepolia, Holesky, Hoodi, and those of Base, OP Mainnet,
    // Arbitrum and Polygon.
    private static readonly HashSet<ulong> Harmless = [1337, 13370, 31337, 11155111, 17000, 560048, 84532, 11155420, 421614, 80002];

    /// <summary>Whether it is known as a chain for development or tests. A chain that the node does not know is not.</summary>
    public bool IsForDevelopment => Harmless.Contains(Id);
}
