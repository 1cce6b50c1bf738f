using System.CommandLine;
using System.CommandLine.Parsing;
using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy quorum VALIDATOR...</c>.</summary>
internal static class QuorumVerb
{
    public static Verb Create()
    {
        var validators = new Argument<Address[]>("validators")
        {
            Description = "Accounts that vote, each once; more than half of them must agree.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Read,
        };
        var length = DeployOptions.EpochLength();
        var salt = DeployOptions.Salt();
        var factory = Typed.Address("--factory", "Address of the QuorumFactory; the default is that of @cartesi/rollups 2.2.0.");
        var yes = DeployOptions.Yes();
        return new Verb(
            "quorum",
            "Deploys a Quorum: a consensus contract that accepts what most of its validators claim. Shows the cost and asks first.",
            "rollups deploy quorum 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 0x15d34aaf54267db7d7c367839aaf71a00a2c6a65 "
                + "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc"
        )
        {
            validators,
            length,
            salt,
            factory,
            yes,
        }.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var at = await ContractAddresses.FindAsync(
                    account.L1,
                    "QuorumFactory",
                    parsed.GetValue(factory),
                    "--factory",
                    cancellationToken
                );
                var (all, blocks, one) = (
                    parsed.GetRequiredValue(validators),
                    parsed.GetValue(length),
                    parsed.GetValue(salt) ?? Hash32.Zero
                );
                var address = await Deployment.AddressAsync(
                    account.L1,
                    QuorumFactoryContract.CalculateQuorumAddress(at, all, blocks, one),
                    Deployment.ReadAddress,
                    cancellationToken
                );
                var deployment = new Deployment(
                    "The Quorum",
                    address,
                    new CallRequest(at, QuorumFactoryContract.NewQuorum(all, blocks, one))
                );
                var sent = await deployment.RunAsync(account, parsed.GetValue(yes), output, cancellationToken);
                new ConsensusDeployed("Quorum", address, null, all, blocks, sent is null, sent).Show(output);
                return ExitCode.Done;
            }
        );
    }

    private static Address[]? Read(ArgumentResult result)
    {
        try
        {
            var all = result.Tokens.Select(token => Address.Parse(token.Value)).ToArray();
            if (all.Distinct().Count() == all.Length)
                return all;
            result.AddError("A validator is given twice: the contract would count it once, so the majority would be another one.");
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
        }
        return null;
    }
}
