using Rollups.Cli.L1;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy prt</c>: an application under Dave with its consensus, which seals epoch 0 at once.</summary>
internal static class PrtVerb
{
    public static Verb Create()
    {
        var machine = new MachineOptions();
        var salt = DeployOptions.Salt();
        // No package has the contracts of Dave, so no address can be calculated as for the others.
        var factory = Typed.Address("--factory", "Address of the DaveAppFactory of Dave 2.1 on this chain; there is no default.");
        factory.Required = true;
        var register = DeployOptions.Register();
        var yes = DeployOptions.Yes();
        var verb = new Verb(
            "prt",
            "Deploys an application under Dave (permissionless refereed tournaments), with its consensus. Shows the cost and asks first.",
            "rollups deploy prt --template echo: --factory 0x75135d8ADb7180640d29d822D9AD59E83E8695b2",
            "rollups deploy prt --template echo: --factory 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 --salt 1 --register honeypot --yes"
        )
        {
            machine.Template,
            machine.TemplateHash,
            salt,
            factory,
            register,
            yes,
        };
        verb.Validators.Add(result => machine.Check(result, register));
        return verb.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var name = parsed.GetValue(register);
                if (name is not null)
                    Registration.EnsureBroker(account.L1.Configuration);
                var template = await machine.HashAsync(parsed, cancellationToken);
                var at = await ContractAddresses.FindAsync(
                    account.L1,
                    "DaveAppFactory",
                    parsed.GetValue(factory),
                    "--factory",
                    cancellationToken
                );
                var one = parsed.GetValue(salt) ?? Hash32.Zero;
                var (application, consensus) = await Deployment.AddressAsync(
                    account.L1,
                    DaveAppFactoryContract.CalculateDaveAppAddress(at, template, one),
                    DaveAppFactoryContract.DecodeAddresses,
                    "DaveAppFactory of Dave 2.1",
                    cancellationToken
                );
                var deployment = new Deployment(
                    "The application with its DaveConsensus",
                    application,
                    new CallRequest(at, DaveAppFactoryContract.NewDaveApp(template, one))
                );
                var sent = await deployment.RunAsync(account, parsed.GetValue(yes), output, cancellationToken);
                var registered = name is null
                    ? null
                    : await Registration.RegisterAsync(
                        account.L1.Configuration,
                        name,
                        application,
                        parsed.GetValue(machine.Template)!,
                        cancellationToken
                    );
                new ApplicationDeployed(
                    application,
                    consensus,
                    null,
                    template,
                    sent is null,
                    registered?.Name,
                    registered?.AlreadyRegistered,
                    sent
                ).Show(output);
                return ExitCode.Done;
            }
        );
    }
}
