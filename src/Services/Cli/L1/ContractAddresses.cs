using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Cli.L1;

/// <summary>The contracts of @cartesi/rollups 2.2.0 per chain, from the file contracts.txt, which names their source.</summary>
internal static class ContractAddresses
{
    private const string AnyChain = "*";

    private static readonly Dictionary<(string Chain, string Contract), Address> Known = Read();

    /// <summary>The address that an option gives, else that of the file; a contract must be there.</summary>
    /// <param name="l1">The chain.</param>
    /// <param name="contract">Name of the contract.</param>
    /// <param name="given">The value of the option; null if it was not given.</param>
    /// <param name="option">The option, for the sentence of a refusal.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="OperatorException">The chain has no contract there.</exception>
    public static async Task<Address> FindAsync(
        L1Connection l1,
        string contract,
        Address? given,
        string option,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(l1);
        var address = given ?? Of(contract, l1.ChainId);
        return await l1.HasCodeAsync(address, cancellationToken)
            ? address
            : throw new OperatorException(
                $"Chain {l1.ChainId} has no {contract} at {address}: check Ethereum:HttpEndpoint, or give its address with {option}."
            );
    }

    /// <summary>The address in the file.</summary>
    public static Address Of(string contract, ulong chainId) =>
        Known.TryGetValue(($"{chainId}", contract), out var own) ? own : Known[(AnyChain, contract)];

    private static Dictionary<(string Chain, string Contract), Address> Read()
    {
        using var stream = typeof(ContractAddresses).Assembly.GetManifestResourceStream("contracts.txt")!;
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(line => (line[0], line[1]), line => Address.Parse(line[2]));
    }
}
