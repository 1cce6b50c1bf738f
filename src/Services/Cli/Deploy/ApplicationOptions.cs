using System.CommandLine;
using System.CommandLine.Parsing;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.Deploy;

/// <summary>The options of <c>rollups deploy application</c>.</summary>
internal sealed class ApplicationOptions
{
    public MachineOptions Machine { get; } = new();

    public Option<Address?> Consensus { get; } =
        Typed.Address("--consensus", "Consensus contract of the application; the default is a new Authority.");

    public Option<Address?> Owner { get; } =
        Typed.Address("--owner", "Owner of the application; the default is the account of the Signer settings.");

    public Option<Address?> AuthorityOwner { get; } =
        Typed.Address("--authority-owner", "Owner of the new Authority, who may claim; the default is the owner of the application.");

    public Option<ulong> EpochLength { get; } = DeployOptions.EpochLength();

    public Option<Hash32?> Salt { get; } = DeployOptions.Salt();

    public Option<Address?> InputBox { get; } =
        Typed.Address("--input-box", "Address of the InputBox; the default is that of @cartesi/rollups 2.2.0.");

    public Option<Address?> Factory { get; } =
        Typed.Address("--factory", "Address of the ApplicationFactory; the default is that of @cartesi/rollups 2.2.0.");

    public Option<Address?> SelfHostedFactory { get; } =
        Typed.Address(
            "--self-hosted-factory",
            "Address of the SelfHostedApplicationFactory, which makes the Authority too; the default is that of @cartesi/rollups 2.2.0."
        );

    public Option<string?> Register { get; } = DeployOptions.Register();

    public Option<bool> Yes { get; } = DeployOptions.Yes();

    public void AddTo(Command verb)
    {
        ArgumentNullException.ThrowIfNull(verb);
        Option[] all =
        [
            Machine.Template,
            Machine.TemplateHash,
            Consensus,
            Owner,
            AuthorityOwner,
            EpochLength,
            Salt,
            InputBox,
            Factory,
            SelfHostedFactory,
            Register,
            Yes,
        ];
        foreach (var option in all)
            verb.Options.Add(option);
        verb.Validators.Add(Check);
    }

    private void Check(CommandResult result)
    {
        Machine.Check(result, Register);
        if (result.GetResult(Consensus) is not null)
        {
            foreach (var option in (Option[])[AuthorityOwner, EpochLength, SelfHostedFactory])
            {
                if (result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} is of a new Authority, but --consensus names a contract: give one of the two.");
            }
        }
        else if (result.GetResult(Factory) is not null && result.GetResult(SelfHostedFactory) is null)
        {
            result.AddError("--factory is for an application on --consensus: with a new Authority give --self-hosted-factory.");
        }
    }
}
