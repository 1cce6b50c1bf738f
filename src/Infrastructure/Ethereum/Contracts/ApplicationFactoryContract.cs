using Rollups.Domain;

namespace Rollups.Ethereum;

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

    /// <summary>The address of the deployment.</summary>
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
