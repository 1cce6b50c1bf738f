using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Deploy;

/// <summary>A consensus contract after <c>rollups deploy</c>.</summary>
/// <param name="Kind">Authority or Quorum.</param>
/// <param name="Consensus">Its address.</param>
/// <param name="Owner">Owner of an Authority.</param>
/// <param name="Validators">Validators of a Quorum.</param>
/// <param name="EpochLength">Blocks per epoch.</param>
/// <param name="AlreadyDeployed">Whether it was there before.</param>
/// <param name="Transaction">The transaction; null if it was there.</param>
internal sealed record ConsensusDeployed(
    string Kind,
    Address Consensus,
    Address? Owner,
    IReadOnlyList<Address>? Validators,
    ulong EpochLength,
    bool AlreadyDeployed,
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
                (Kind.ToLowerInvariant(), $"{Consensus}"),
                ("deployed", AlreadyDeployed ? "before; nothing was sent" : "now"),
                ("owner", Owner?.ToString()),
                ("validators", Validators is { } all ? string.Join(' ', all) : null),
                ("epoch length", $"{EpochLength} blocks"),
                .. Transaction?.Lines ?? [],
            ]
        );
    }
}
