using Rollups.Cli.Database;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.L1;

/// <summary>An application on L1 and the InputBox that it takes its inputs from.</summary>
internal sealed record L1Application(Address Address, Address InputBox)
{
    /// <summary>The application of the command line. Only a name needs the node's database.</summary>
    /// <exception cref="OperatorException">The node has no such name, or there is no application of 2.2.0 at the address.</exception>
    /// <exception cref="UnreachableException">The database, which has the name, does not answer.</exception>
    public static async Task<L1Application> FindAsync(ApplicationKey key, L1Connection l1, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(l1);
        var address =
            key.Address
            ?? await NodeDatabase.ReadAsync(
                async database => (await key.FindAsync(database, cancellationToken)).Address,
                cancellationToken
            );
        if (!await l1.HasCodeAsync(address, cancellationToken))
            throw new OperatorException(
                $"Chain {l1.ChainId} has no contract at {address}, the address of the application: check the address and "
                    + "Ethereum:HttpEndpoint."
            );
        return new L1Application(address, await InputBoxAsync(address, l1, cancellationToken));
    }

    private static async Task<Address> InputBoxAsync(Address address, L1Connection l1, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await l1.CallAsync(ApplicationContract.GetDataAvailability(address), cancellationToken);
            if (DataAvailability.TryDecodeInputBox(new AbiReader(answer).Bytes(0), out var inputBox))
                return inputBox;
        }
        catch (Exception exception) when (exception is ContractRevertedException or AbiException)
        {
            throw new OperatorException(
                $"The contract at {address} is not an application of @cartesi/rollups 2.2.0: give the address of one.",
                exception
            );
        }
        throw new OperatorException($"The application {address} does not take its inputs from an InputBox, the only source known here.");
    }
}
