using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>QuorumFactory of @cartesi/rollups 2.2.0.</summary>
public static class QuorumFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newQuorum(address[],uint256,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateQuorumAddress(address[],uint256,bytes32)");

    /// <summary>Call data that deploys a Quorum of these validators.</summary>
    public static byte[] NewQuorum(IReadOnlyList<Address> validators, ulong epochLength, Hash32 salt) =>
        NewFunction.Encode(AbiValue.Of(validators), AbiValue.Of(epochLength), AbiValue.Of(salt));

    /// <summary>The address of the deployment.</summary>
    public static CallRequest CalculateQuorumAddress(Address factory, IReadOnlyList<Address> validators, ulong epochLength, Hash32 salt) =>
        new(factory, AddressFunction.Encode(AbiValue.Of(validators), AbiValue.Of(epochLength), AbiValue.Of(salt)));
}
