using System.CommandLine;
using System.Numerics;
using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.Deposit;

/// <summary><c>rollups deposit</c>: takes an asset to an application through the portals of @cartesi/rollups 2.2.0.</summary>
internal static class DepositCommand
{
    private const string Token = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    public static Verb Create() =>
        new("deposit", "Deposits an asset with an application, through the portal for its kind.")
        {
            Ether(),
            Erc20(),
            Erc721(),
            Erc1155(),
        };

    private static Verb Ether()
    {
        var amount = Number("amount", "Ether, such as 0.25, or with a unit: 100gwei, 1wei.", Amount.ParseEther);
        return DepositVerb.Create(
            "ether",
            "Deposits ether of the account of the Signer settings.",
            ["rollups deposit ether echo 0.25", "rollups deposit ether echo 100gwei --exec-layer-data 0xcafe --json"],
            "EtherPortal",
            [amount],
            request =>
                new(
                    new(
                        request.Portal,
                        Portals.DepositEther(request.Application, request.ExecLayerData),
                        Value: request.Parsed.GetValue(amount)
                    ),
                    null
                )
        );
    }

    private static Verb Erc20()
    {
        var token = TokenArgument();
        var amount = Number("amount", "Amount in the token's smallest unit.", Positive);
        return DepositVerb.Create(
            "erc20",
            "Deposits ERC-20 tokens of the account of the Signer settings.",
            [$"rollups deposit erc20 echo {Token} 1000000 --approve"],
            "ERC20Portal",
            [token, amount],
            request =>
            {
                var (at, value) = (request.Parsed.GetValue(token), request.Parsed.GetValue(amount));
                return new(
                    new(request.Portal, Portals.DepositErc20(at, request.Application, value, request.ExecLayerData)),
                    TokenAllowance.Erc20(at, request.Account, request.Portal, value)
                );
            }
        );
    }

    private static Verb Erc721()
    {
        var token = TokenArgument();
        var id = Number("id", "Id of the token.", Amount.ParseNumber);
        var baseData = BaseData();
        return DepositVerb.Create(
            "erc721",
            "Deposits an ERC-721 token of the account of the Signer settings.",
            [$"rollups deposit erc721 echo {Token} 7 --approve"],
            "ERC721Portal",
            [token, id, baseData],
            request =>
            {
                var (at, one) = (request.Parsed.GetValue(token), request.Parsed.GetValue(id));
                var data = request.Parsed.GetValue(baseData) ?? [];
                return new(
                    new(request.Portal, Portals.DepositErc721(at, request.Application, one, data, request.ExecLayerData)),
                    TokenAllowance.Erc721(at, request.Account, request.Portal, one)
                );
            }
        );
    }

    private static Verb Erc1155()
    {
        var token = TokenArgument();
        var id = Number("id", "Id of the token.", Amount.ParseNumber);
        var amount = Number("amount", "Amount of it.", Positive);
        var baseData = BaseData();
        return DepositVerb.Create(
            "erc1155",
            "Deposits an amount of one ERC-1155 token of the account of the Signer settings.",
            [$"rollups deposit erc1155 echo {Token} 7 100 --approve"],
            "ERC1155SinglePortal",
            [token, id, amount, baseData],
            request =>
            {
                var (at, one, value) = (request.Parsed.GetValue(token), request.Parsed.GetValue(id), request.Parsed.GetValue(amount));
                var data = request.Parsed.GetValue(baseData) ?? [];
                return new(
                    new(request.Portal, Portals.DepositErc1155(at, request.Application, one, value, data, request.ExecLayerData)),
                    TokenAllowance.Erc1155(at, request.Account, request.Portal)
                );
            }
        );
    }

    private static Option<byte[]?> BaseData() =>
        DepositVerb.Data("--base-layer-data", "Data for the receiver hook of the contract on L1, hex with 0x.");

    private static Argument<Address> TokenArgument() =>
        new("token") { Description = "Address of the token's contract.", CustomParser = result => Typed.Read(result, Address.Parse) };

    private static Argument<BigInteger> Number(string name, string description, Func<string, BigInteger> parse) =>
        new(name) { Description = description, CustomParser = result => Typed.Read(result, parse) };

    /// <exception cref="FormatException">The text is no number above 0.</exception>
    private static BigInteger Positive(string text) =>
        Amount.ParseNumber(text) is { IsZero: false } amount ? amount : throw new FormatException("The amount is 0: give more.");
}
