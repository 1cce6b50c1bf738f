using System.CommandLine;
using System.CommandLine.Parsing;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>The options that name the machine of an application.</summary>
internal sealed class MachineOptions
{
    public Option<string?> Template { get; } =
        new("--template", "-t")
        {
            Description = "Where the machine is, such as echo: for the built-in echo application; its root hash is calculated.",
            HelpName = "URI",
        };

    public Option<Hash32?> TemplateHash { get; } =
        DeployOptions.Hash("--template-hash", "Root hash of the machine, instead of --template.");

    /// <summary>Reports what is missing.</summary>
    public void Check(CommandResult result, Option<string?> register)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.GetResult(Template) is null && result.GetResult(TemplateHash) is null)
            result.AddError("The machine is missing: give --template, or --template-hash.");
        if (result.GetResult(register) is not null && result.GetResult(Template) is null)
            result.AddError("--register needs --template, from which the node loads the machine.");
    }

    /// <summary>The root hash of the machine.</summary>
    /// <exception cref="OperatorException">This program has no such machine, or its hash is another one.</exception>
    public async Task<Hash32> HashAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var given = parsed.GetValue(TemplateHash);
        if (parsed.GetValue(Template) is not { } uri)
            return given!.Value;
        var hash = await Deploy.Template.HashAsync(uri, cancellationToken);
        return given is null || given == hash
            ? hash
            : throw new OperatorException(
                $"The machine {uri} has the root hash {hash}, not {given}: correct --template-hash, or leave it away. Nothing was sent."
            );
    }
}
