using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>SelfHostedApplicationFactory of @cartesi/rollups 2.2.0: an Authority and an application in one transaction.</summary>
public static class SelfHostedApplicationFactoryContract
{
    private const string Arguments = "(address,uint256,address,bytes32,bytes,bytes32)";
    private static readonly AbiFunction DeployFunction = new("deployContracts" + Arguments);
    private static readonly AbiFunction AddressesFunction = new("calculateAddresses" + Arguments);

    /// <summary>Call data of the deployment. The same salt twice reverts.</summary>
    public static byte[] DeployContracts(
        Address authorityOwner,
        ulong epochLength,
        Address applicationOwner,
        Hash32 templateHash,
        byte[] dataAvailability,
        Hash32 salt
    ) =>
        DeployFunction.Encode(
            AbiValue.Of(authorityOwner),
            AbiValue.Of(epochLength),
            AbiValue.Of(applicationOwner),
            AbiValue.Of(templateHash),
            AbiValue.Of(dataAvailability),
            AbiValue.Of(salt)
        );

    /// <summary>The addresses that the deployment will have.</summary>
    public static CallRequest CalculateAddresses(
        Address factory,
        Address authorityOwner,
        ulong epochLength,
        Address applicationOwner,
        Hash32 templateHash,
        byte[] dataAvailability,
        Hash32 salt
    ) =>
        new(
            factory,
            AddressesFunction.Encode(
                AbiValue.Of(authorityOwner),
                AbiValue.Of(epochLength),
                AbiValue.Of(applicationOwner),
                AbiValue.Of(templateHash),
                AbiValue.Of(dataAvailability),
                AbiValue.Of(salt)
            )
        );

    /// <summary>Reads what <see cref="CalculateAddresses"/> returns.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (Address Application, Address Authority) DecodeAddresses(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Address(0), reader.Address(1));
    }
}

/// <summary>AuthorityFactory of @cartesi/rollups 2.2.0.</summary>
public static class AuthorityFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newAuthority(address,uint256,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateAuthorityAddress(address,uint256,bytes32)");

    /// <summary>Call data that deploys an Authority.</summary>
    public static byte[] NewAuthority(Address owner, ulong epochLength, Hash32 salt) =>
        NewFunction.Encode(AbiValue.Of(owner), AbiValue.Of(epochLength), AbiValue.Of(salt));

    /// <summary>The address that it will have.</summary>
    public static CallRequest CalculateAuthorityAddress(Address factory, Address owner, ulong epochLength, Hash32 salt) =>
        new(factory, AddressFunction.Encode(AbiValue.Of(owner), AbiValue.Of(epochLength), AbiValue.Of(salt)));
}

/// <summary>QuorumFactory of @cartesi/rollups 2.2.0.</summary>
public static class QuorumFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newQuorum(address[],uint256,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateQuorumAddress(address[],uint256,bytes32)");

    /// <summary>Call data that deploys a Quorum of those validators.</summary>
    public static byte[] NewQuorum(IReadOnlyList<Address> validators, ulong epochLength, Hash32 salt) =>
        NewFunction.Encode(AbiValue.Of(validators), AbiValue.Of(epochLength), AbiValue.Of(salt));

    /// <summary>The address that it will have.</summary>
    public static CallRequest CalculateQuorumAddress(Address factory, IReadOnlyList<Address> validators, ulong epochLength, Hash32 salt) =>
        new(factory, AddressFunction.Encode(AbiValue.Of(validators), AbiValue.Of(epochLength), AbiValue.Of(salt)));
}

/// <summary>ApplicationFactory of @cartesi/rollups 2.2.0.</summary>
public static class ApplicationFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newApplication(address,address,bytes32,bytes,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateApplicationAddress(address,address,bytes32,bytes,bytes32)");

    /// <summary>Call data that deploys an application.</summary>
    public static byte[] NewApplication(Address consensus, Address owner, Hash32 templateHash, byte[] dataAvailability, Hash32 salt) =>
        NewFunction.Encode(
            AbiValue.Of(consensus),
            AbiValue.Of(owner),
            AbiValue.Of(templateHash),
            AbiValue.Of(dataAvailability),
            AbiValue.Of(salt)
        );

    /// <summary>The address that it will have.</summary>
    public static CallRequest CalculateApplicationAddress(
        Address factory,
        Address consensus,
        Address owner,
        Hash32 templateHash,
        byte[] dataAvailability,
        Hash32 salt
    ) =>
        new(
            factory,
            AddressFunction.Encode(
                AbiValue.Of(consensus),
                AbiValue.Of(owner),
                AbiValue.Of(templateHash),
                AbiValue.Of(dataAvailability),
                AbiValue.Of(salt)
            )
        );
}
