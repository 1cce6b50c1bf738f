using Rollups.Domain;

namespace Rollups.Devnet;

/// <summary>
/// The accounts that every Anvil unlocks (mnemonic "test test ... junk"). Their keys are public: worthless outside a devnet.
/// </summary>
public static class DevnetAccounts
{
    /// <summary>Owns the Authority contracts and pays for claims.</summary>
    public static Address ClaimOwner { get; } = Address.Parse("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");

    /// <summary>Key of <see cref="ClaimOwner"/>, the first of Anvil's published keys.</summary>
    public const string ClaimOwnerKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    /// <summary>Key of the second of <see cref="Validators"/>, the fifth of Anvil's published keys.</summary>
    public const string SecondValidatorKey = "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a";

    /// <summary>Deploys contracts.</summary>
    public static Address Deployer { get; } = Address.Parse("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");

    /// <summary>Sends inputs and executes outputs.</summary>
    public static Address User { get; } = Address.Parse("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");

    /// <summary>An account without any role or ownership.</summary>
    public static Address Stranger { get; } = Address.Parse("0x90f79bf6eb2c4f870365e785982e1f101e93b906");

    /// <summary>Key of <see cref="Stranger"/>, the fourth of Anvil's published keys.</summary>
    public const string StrangerKey = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";

    /// <summary>Five validators for a Quorum; the first is <see cref="ClaimOwner"/>.</summary>
    public static IReadOnlyList<Address> Validators { get; } =
    [
        ClaimOwner,
        Address.Parse("0x15d34aaf54267db7d7c367839aaf71a00a2c6a65"),
        Address.Parse("0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc"),
        Address.Parse("0x976ea74026e726554db657fa54763abd0c3a0aa9"),
        Address.Parse("0x14dc79964da2c08b23698b3d3cc7ca32193d9955"),
    ];
}
