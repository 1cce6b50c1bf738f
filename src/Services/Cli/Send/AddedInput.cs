using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Send;

/// <summary>An input on L1, with its transaction.</summary>
/// <param name="Application">The application.</param>
/// <param name="InputIndex">Index of the input, from the InputBox's own log.</param>
/// <param name="Transaction">The transaction.</param>
internal sealed record AddedInput(Address Application, ulong InputIndex, SentTransaction Transaction)
{
    /// <summary>Reads the log InputAdded of the transaction.</summary>
    /// <exception cref="OperatorException">It has none.</exception>
    public static AddedInput Of(SentTransaction transaction, L1Application application)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(application);
        var log =
            transaction.Logs.FirstOrDefault(log =>
                log.Address == application.InputBox && log.Topics.Count > 0 && log.Topics[0] == InputBoxContract.InputAddedTopic
            )
            ?? throw new OperatorException(
                $"The transaction {transaction.TransactionHash} is in block {transaction.BlockNumber} but added no input to the InputBox "
                    + $"{application.InputBox} of the application: the contract that was called belongs to another one."
            );
        return new AddedInput(application.Address, InputBoxContract.DecodeInputAdded(log).Index, transaction);
    }

    /// <summary>Prints it.</summary>
    public void Show(CommandOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Show(this, [("input", $"{InputIndex}"), ("application", $"{Application}"), .. Transaction.Lines]);
    }
}
