using Rollups.Cli.L1;

namespace Rollups.Cli.Deploy;

/// <summary><c>rollups deploy application</c>: on an existing consensus contract, or with an Authority of its own.</summary>
internal static class ApplicationVerb
{
    public static Verb Create()
    {
        var options = new ApplicationOptions();
        var verb = new Verb(
            "application",
            "Deploys an application, with an Authority of its own unless --consensus names a contract. Shows the cost and asks first.",
            "rollups deploy application --template echo: --epoch-length 7200",
            "rollups deploy application --template echo: --consensus 0x75135d8ADb7180640d29d822D9AD59E83E8695b2 --salt 1",
            "rollups deploy application --template echo: --register echo --yes --json"
        );
        options.AddTo(verb);
        return verb.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var name = parsed.GetValue(options.Register);
                if (name is not null)
                    Registration.EnsureBroker(account.L1.Configuration);
                var plan = await ApplicationPlan.MakeAsync(options, parsed, account, cancellationToken);
                var sent = await plan.Deployment.RunAsync(account, parsed.GetValue(options.Yes), output, cancellationToken);
                var registered = name is null
                    ? null
                    : await Registration.RegisterAsync(
                        account.L1.Configuration,
                        name,
                        plan.Application,
                        parsed.GetValue(options.Machine.Template)!,
                        cancellationToken
                    );
                new ApplicationDeployed(
                    plan.Application,
                    plan.Consensus,
                    plan.Owner,
                    plan.TemplateHash,
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
