using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>AuthorityFactory of @cartesi/rollups 2.2.0.</summary>
public static class AuthorityFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newAuthority(address,uint256,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateAuthorityAddress(address,uint256,bytes32)");

    /// <summary>Call data that deploys an Authority.</summary>
    public static byte[] NewAuthority(Address owner, ulong epochLength, Hash32 salt) =>
        NewFunction.Encode(AbiValue.Of(owner), AbiValue.Of(epochLength), AbiValue.Of(salt));

    /// <summary>The address of the deployment.</summary>
    public static CallRequest CalculateAuthorityAddress(Address factory, Address owner, ulong epochLength, Hash32 salt) =>
        new(factory, AddressFunction.Encode(AbiValue.Of(owner), AbiValue.Of(epochLength), AbiValue.Of(salt)));
}
