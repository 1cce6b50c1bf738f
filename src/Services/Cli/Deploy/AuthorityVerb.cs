using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy authority</c>.</summary>
internal static class AuthorityVerb
{
    public static Verb Create()
    {
        var owner = Typed.Address("--owner", "Account that may claim; the default is the account of the Signer settings.");
        var length = DeployOptions.EpochLength();
        var salt = DeployOptions.Salt();
        var factory = Typed.Address("--factory", "Address of the AuthorityFactory; the default is that of @cartesi/rollups 2.2.0.");
        var yes = DeployOptions.Yes();
        return new Verb(
            "authority",
            "Deploys an Authority: a consensus contract whose owner alone claims. Shows the cost and asks first.",
            "rollups deploy authority --epoch-length 7200",
            "rollups deploy authority --owner 0x90f79bf6eb2c4f870365e785982e1f101e93b906 --salt 1 --yes --json"
        )
        {
            owner,
            length,
            salt,
            factory,
            yes,
        }.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var at = await ContractAddresses.FindAsync(
                    account.L1,
                    "AuthorityFactory",
                    parsed.GetValue(factory),
                    "--factory",
                    cancellationToken
                );
                var (by, blocks, one) = (
                    parsed.GetValue(owner) ?? account.Address,
                    parsed.GetValue(length),
                    parsed.GetValue(salt) ?? Hash32.Zero
                );
                var address = await Deployment.AddressAsync(
                    account.L1,
                    AuthorityFactoryContract.CalculateAuthorityAddress(at, by, blocks, one),
                    Deployment.ReadAddress,
                    cancellationToken
                );
                var deployment = new Deployment(
                    "The Authority",
                    address,
                    new CallRequest(at, AuthorityFactoryContract.NewAuthority(by, blocks, one))
                );
                var sent = await deployment.RunAsync(account, parsed.GetValue(yes), output, cancellationToken);
                new ConsensusDeployed("Authority", address, by, null, blocks, sent is null, sent).Show(output);
                return ExitCode.Done;
            }
        );
    }
}
