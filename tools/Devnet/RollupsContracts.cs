using System.Text.Json.Nodes;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>The contracts of @cartesi/rollups 2.2.0 on a devnet, at their official addresses (CREATE2 with salt 0).</summary>
public sealed class RollupsContracts
{
    // Deterministic deployment proxy; every Anvil starts with it.
    private static readonly Address Proxy = Address.Parse("0x4e59b44847b379578588920ca78fbf26c0b4956c");

    private readonly DevnetChain _chain;

    private RollupsContracts(DevnetChain chain) => _chain = chain;

    /// <summary>InputBox.</summary>
    public static Address InputBox { get; } = Address.Parse("0x1b51e2992a2755ba4d6f7094032df91991a0cfac");

    /// <summary>AuthorityFactory.</summary>
    public static Address AuthorityFactory { get; } = Address.Parse("0x5e96408cfe423b01daded3bc867e6013135990cc");

    /// <summary>QuorumFactory.</summary>
    public static Address QuorumFactory { get; } = Address.Parse("0x1c91ba8aa5648cdac77e97eac781447c646ef239");

    /// <summary>ApplicationFactory.</summary>
    public static Address ApplicationFactory { get; } = Address.Parse("0x26e758238cb6ec5ab70ce0dd52af2d7b82e1972e");

    /// <summary>SelfHostedApplicationFactory.</summary>
    public static Address SelfHostedApplicationFactory { get; } = Address.Parse("0x010d3cbb4223f5bcc7b7b03cee59f3aaea8edb8a");

    /// <summary>EtherPortal.</summary>
    public static Address EtherPortal { get; } = Address.Parse("0xa632c5c05812c6a6149b7af5c56117d1d2603828");

    /// <summary>ERC20Portal.</summary>
    public static Address Erc20Portal { get; } = Address.Parse("0xaca6586a0cf05bd831f2501e7b4aea550da6562d");

    /// <summary>ERC721Portal.</summary>
    public static Address Erc721Portal { get; } = Address.Parse("0x9e8851dadb2b77103928518846c4678d48b5e371");

    /// <summary>ERC1155SinglePortal.</summary>
    public static Address Erc1155Portal { get; } = Address.Parse("0x18558398dd1a8ce20956287a4da7b76ae7a96662");

    /// <summary>Deploys the missing contracts; existing ones stay as they are.</summary>
    /// <exception cref="OperatorException">A contract did not get its official address: the npm package has another version.</exception>
    public static async Task<RollupsContracts> DeployAsync(DevnetChain chain, CancellationToken cancellationToken)
    {
        var factories = AbiValue.Tuple(AbiValue.Of(AuthorityFactory), AbiValue.Of(ApplicationFactory)).ToArray();
        await DeployAsync(chain, "InputBox", [], InputBox, cancellationToken);
        await DeployAsync(chain, "AuthorityFactory", [], AuthorityFactory, cancellationToken);
        await DeployAsync(chain, "QuorumFactory", [], QuorumFactory, cancellationToken);
        await DeployAsync(chain, "ApplicationFactory", [], ApplicationFactory, cancellationToken);
        await DeployAsync(chain, "SelfHostedApplicationFactory", factories, SelfHostedApplicationFactory, cancellationToken);
        return new RollupsContracts(chain);
    }

    /// <summary>Deploys the missing portals, which only deposits need.</summary>
    /// <exception cref="OperatorException">A contract did not get its official address: the npm package has another version.</exception>
    public async Task DeployPortalsAsync(CancellationToken cancellationToken)
    {
        var inputBox = AbiValue.Of(InputBox).ToArray();
        await DeployAsync(_chain, "EtherPortal", inputBox, EtherPortal, cancellationToken);
        await DeployAsync(_chain, "ERC20Portal", inputBox, Erc20Portal, cancellationToken);
        await DeployAsync(_chain, "ERC721Portal", inputBox, Erc721Portal, cancellationToken);
        await DeployAsync(_chain, "ERC1155SinglePortal", inputBox, Erc1155Portal, cancellationToken);
    }

    /// <summary>
    /// Deploys an Authority, owned by <see cref="DevnetAccounts.ClaimOwner"/> unless specified otherwise, and an application on it.
    /// Existing ones with equal parameters stay as they are.
    /// </summary>
    /// <param name="epochLength">Blocks per epoch.</param>
    /// <param name="templateHash">Root hash of the machine.</param>
    /// <param name="salt">Different for each application of equal parameters.</param>
    /// <param name="cancellationToken">Cancels the deployment.</param>
    /// <param name="owner">Account that may claim.</param>
    public async Task<(Address Application, Address Authority)> DeployAuthorityApplicationAsync(
        ulong epochLength,
        Hash32 templateHash,
        Hash32 salt,
        CancellationToken cancellationToken,
        Address? owner = null
    )
    {
        var claimOwner = owner ?? DevnetAccounts.ClaimOwner;
        var inputs = DataAvailability.InputBox(InputBox);
        var addresses = await _chain.Client.CallAsync(
            SelfHostedApplicationFactoryContract.CalculateAddresses(
                SelfHostedApplicationFactory,
                claimOwner,
                epochLength,
                DevnetAccounts.Deployer,
                templateHash,
                inputs,
                salt
            ),
            BlockTag.Latest,
            cancellationToken
        );
        var deployed = SelfHostedApplicationFactoryContract.DecodeAddresses(addresses);
        if ((await _chain.Client.GetCodeAsync(deployed.Application, BlockTag.Latest, cancellationToken)).Length == 0)
        {
            await _chain.SendAsync(
                DevnetAccounts.Deployer,
                SelfHostedApplicationFactory,
                SelfHostedApplicationFactoryContract.DeployContracts(
                    claimOwner,
                    epochLength,
                    DevnetAccounts.Deployer,
                    templateHash,
                    inputs,
                    salt
                ),
                cancellationToken
            );
        }

        return deployed;
    }

    /// <summary>Deploys an Authority alone; an existing one with equal parameters stays as it is.</summary>
    public async Task<Address> DeployAuthorityAsync(Address owner, ulong epochLength, Hash32 salt, CancellationToken cancellationToken) =>
        await DeployAsync(
            AuthorityFactoryContract.CalculateAuthorityAddress(AuthorityFactory, owner, epochLength, salt),
            AuthorityFactoryContract.NewAuthority(owner, epochLength, salt),
            cancellationToken
        );

    /// <summary>Deploys a Quorum alone; an existing one with equal parameters stays as it is.</summary>
    /// <param name="validators">Who may vote, without repetition.</param>
    /// <param name="epochLength">Blocks per epoch.</param>
    /// <param name="salt">Different for each Quorum of equal parameters.</param>
    /// <param name="cancellationToken">Cancels the deployment.</param>
    public async Task<Address> DeployQuorumAsync(
        IReadOnlyList<Address> validators,
        ulong epochLength,
        Hash32 salt,
        CancellationToken cancellationToken
    ) =>
        await DeployAsync(
            QuorumFactoryContract.CalculateQuorumAddress(QuorumFactory, validators, epochLength, salt),
            QuorumFactoryContract.NewQuorum(validators, epochLength, salt),
            cancellationToken
        );

    /// <summary>Deploys an application, owned by <see cref="DevnetAccounts.Deployer"/>, on an existing consensus contract.</summary>
    public async Task<Address> DeployApplicationAsync(
        Address consensus,
        Hash32 templateHash,
        Hash32 salt,
        CancellationToken cancellationToken
    )
    {
        var inputs = DataAvailability.InputBox(InputBox);
        return await DeployAsync(
            ApplicationFactoryContract.CalculateApplicationAddress(
                ApplicationFactory,
                consensus,
                DevnetAccounts.Deployer,
                templateHash,
                inputs,
                salt
            ),
            ApplicationFactoryContract.NewApplication(consensus, DevnetAccounts.Deployer, templateHash, inputs, salt),
            cancellationToken
        );
    }

    /// <summary>Adds an input, from <see cref="DevnetAccounts.User"/>.</summary>
    public Task<TransactionReceipt> AddInputAsync(
        Address application,
        ReadOnlyMemory<byte> payload,
        CancellationToken cancellationToken
    ) => _chain.SendAsync(DevnetAccounts.User, InputBox, InputBoxContract.AddInput(application, payload.Span), cancellationToken);

    private async Task<Address> DeployAsync(CallRequest calculateAddress, byte[] deployment, CancellationToken cancellationToken)
    {
        var address = new AbiReader(await _chain.Client.CallAsync(calculateAddress, BlockTag.Latest, cancellationToken)).Address(0);
        if ((await _chain.Client.GetCodeAsync(address, BlockTag.Latest, cancellationToken)).Length == 0)
            await _chain.SendAsync(DevnetAccounts.Deployer, calculateAddress.To, deployment, cancellationToken);
        return address;
    }

    private static async Task DeployAsync(
        DevnetChain chain,
        string name,
        byte[] arguments,
        Address expected,
        CancellationToken cancellationToken
    )
    {
        if ((await chain.Client.GetCodeAsync(expected, BlockTag.Latest, cancellationToken)).Length > 0)
            return;
        var path = Path.Combine(NodeModules.Find(), "@cartesi", "rollups", "out", name + ".sol", name + ".json");
        await using var file = File.OpenRead(path);
        var artifact = await JsonNode.ParseAsync(file, cancellationToken: cancellationToken);
        var code = Hex.Decode(artifact!["bytecode"]!["object"]!.GetValue<string>());
        await chain.SendAsync(DevnetAccounts.Deployer, Proxy, [.. new byte[32], .. code, .. arguments], cancellationToken);
        if ((await chain.Client.GetCodeAsync(expected, BlockTag.Latest, cancellationToken)).Length == 0)
            throw new OperatorException(
                $"{name} did not get its official address {expected}: the npm package @cartesi/rollups must be version 2.2.0."
            );
    }
}
