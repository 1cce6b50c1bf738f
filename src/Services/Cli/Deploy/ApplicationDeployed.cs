using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Deploy;

/// <summary>An application after <c>rollups deploy</c>.</summary>
/// <param name="Application">Its address.</param>
/// <param name="Consensus">Its consensus contract.</param>
/// <param name="Owner">Its owner; null under Dave, where nobody owns it.</param>
/// <param name="TemplateHash">Root hash of its machine.</param>
/// <param name="AlreadyDeployed">Whether it was there before.</param>
/// <param name="RegisteredAs">Its name on the node; null if it was not registered.</param>
/// <param name="AlreadyRegistered">Whether it was registered before.</param>
/// <param name="Transaction">The transaction; null if it was there.</param>
internal sealed record ApplicationDeployed(
    Address Application,
    Address Consensus,
    Address? Owner,
    Hash32 TemplateHash,
    bool AlreadyDeployed,
    string? RegisteredAs,
    bool? AlreadyRegistered,
    SentTransaction? Transaction
)
{
    /// <summary>Prints it.</summary>
    public void Show(CommandOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Show(
            this,
            [
                ("application", $"{Application}"),
                ("deployed", AlreadyDeployed ? "before; nothing was sent" : "now"),
                ("consensus", $"{Consensus}"),
                ("owner", Owner?.ToString()),
                ("template hash", $"{TemplateHash}"),
                (
                    "registered",
                    RegisteredAs is { } name
                        ? $"as {name}{(AlreadyRegistered == true ? ", before" : "")}"
                        : $"no: 'rollups app register NAME {Application} --template URI' registers it"
                ),
                .. Transaction?.Lines ?? [],
            ]
        );
    }
}
