using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>SelfHostedApplicationFactory of @cartesi/rollups 2.2.0: an Authority and an application in one transaction.</summary>
public static class SelfHostedApplicationFactoryContract
{
    private const string Arguments = "(address,uint256,address,bytes32,bytes,bytes32)";
    private static readonly AbiFunction DeployFunction = new("deployContracts" + Arguments);
    private static readonly AbiFunction AddressesFunction = new("calculateAddresses" + Arguments);

    /// <summary>Call data of the deployment. Reusing a salt reverts.</summary>
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

    /// <summary>Decodes the result of <see cref="CalculateAddresses"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (Address Application, Address Authority) DecodeAddresses(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Address(0), reader.Address(1));
    }
}
