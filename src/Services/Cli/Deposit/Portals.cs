using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Deposit;

/// <summary>The portals of @cartesi/rollups 2.2.0: each takes an asset to the application and adds an input that says so.</summary>
internal static class Portals
{
    private static readonly AbiFunction Ether = new("depositEther(address,bytes)");
    private static readonly AbiFunction Erc20 = new("depositERC20Tokens(address,address,uint256,bytes)");
    private static readonly AbiFunction Erc721 = new("depositERC721Token(address,address,uint256,bytes,bytes)");
    private static readonly AbiFunction Erc1155 = new("depositSingleERC1155Token(address,address,uint256,uint256,bytes,bytes)");

    public static byte[] DepositEther(Address application, byte[] execLayerData) =>
        Ether.Encode(AbiValue.Of(application), AbiValue.Of(execLayerData));

    public static byte[] DepositErc20(Address token, Address application, BigInteger amount, byte[] execLayerData) =>
        Erc20.Encode(AbiValue.Of(token), AbiValue.Of(application), AbiValue.Of(amount), AbiValue.Of(execLayerData));

    public static byte[] DepositErc721(Address token, Address application, BigInteger id, byte[] baseLayerData, byte[] execLayerData) =>
        Erc721.Encode(
            AbiValue.Of(token),
            AbiValue.Of(application),
            AbiValue.Of(id),
            AbiValue.Of(baseLayerData),
            AbiValue.Of(execLayerData)
        );

    public static byte[] DepositErc1155(
        Address token,
        Address application,
        BigInteger id,
        BigInteger amount,
        byte[] baseLayerData,
        byte[] execLayerData
    ) =>
        Erc1155.Encode(
            AbiValue.Of(token),
            AbiValue.Of(application),
            AbiValue.Of(id),
            AbiValue.Of(amount),
            AbiValue.Of(baseLayerData),
            AbiValue.Of(execLayerData)
        );
}
