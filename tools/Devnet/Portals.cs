using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Devnet;

/// <summary>Deposits by the portals of @cartesi/rollups 2.2.0, which become inputs of the application.</summary>
public static class Portals
{
    private static readonly AbiFunction DepositEtherFunction = new("depositEther(address,bytes)");
    private static readonly AbiFunction DepositErc20Function = new("depositERC20Tokens(address,address,uint256,bytes)");

    /// <summary>
    /// Deposits Ether: send it with the amount as the transaction's value, to <see cref="RollupsContracts.EtherPortal"/>.
    /// </summary>
    public static byte[] DepositEther(Address application) =>
        DepositEtherFunction.Encode(AbiValue.Of(application), AbiValue.Of(ReadOnlySpan<byte>.Empty));

    /// <summary>
    /// Deposits tokens: send it to <see cref="RollupsContracts.Erc20Portal"/>, which must have been allowed the amount before.
    /// </summary>
    public static byte[] DepositErc20(Address token, Address application, BigInteger amount) =>
        DepositErc20Function.Encode(
            AbiValue.Of(token),
            AbiValue.Of(application),
            AbiValue.Of(amount),
            AbiValue.Of(ReadOnlySpan<byte>.Empty)
        );
}
