using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>DaveAppFactory of Dave 2.1: an application and its DaveConsensus in one transaction.</summary>
public static class DaveAppFactoryContract
{
    private static readonly AbiFunction NewFunction = new("newDaveApp(bytes32,bytes32)");
    private static readonly AbiFunction AddressFunction = new("calculateDaveAppAddress(bytes32,bytes32)");

    /// <summary>Call data of the deployment.</summary>
    public static byte[] NewDaveApp(Hash32 templateHash, Hash32 salt) => NewFunction.Encode(AbiValue.Of(templateHash), AbiValue.Of(salt));

    /// <summary>The addresses that the deployment will have.</summary>
    public static CallRequest CalculateDaveAppAddress(Address factory, Hash32 templateHash, Hash32 salt) =>
        new(factory, AddressFunction.Encode(AbiValue.Of(templateHash), AbiValue.Of(salt)));

    /// <summary>Decodes the result of <see cref="CalculateDaveAppAddress"/>.</summary>
    /// <exception cref="AbiException">The data is not that.</exception>
    public static (Address Application, Address Consensus) DecodeAddresses(byte[] data)
    {
        var reader = new AbiReader(data);
        return (reader.Address(0), reader.Address(1));
    }
}
