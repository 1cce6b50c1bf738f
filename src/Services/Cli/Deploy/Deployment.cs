using System.Numerics;
using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>One transaction that deploys contracts at addresses that are known before.</summary>
/// <param name="What">The contracts at the beginning of a sentence, such as <c>The Authority</c>.</param>
/// <param name="At">The address whose contract shows that it is deployed.</param>
/// <param name="Call">Call of the factory.</param>
internal sealed record Deployment(string What, Address At, CallRequest Call)
{
    /// <summary>Deploys it unless it is there: shows the cost, asks, sends, and looks.</summary>
    /// <param name="account">The account that pays.</param>
    /// <param name="isAgreed">Whether the operator has agreed already (<c>--yes</c>).</param>
    /// <param name="output">Takes the cost and the progress.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The transaction; null if it was there.</returns>
    /// <exception cref="OperatorException">The operator does not agree, the factory refuses, or the account cannot pay.</exception>
    public async Task<SentTransaction?> RunAsync(
        L1Account account,
        bool isAgreed,
        CommandOutput output,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(output);
        if (await account.L1.HasCodeAsync(At, cancellationToken))
            return null;
        var quote = await account.QuoteAsync($"{What}'s deployment", Call, cancellationToken);
        output.Note(
            $"{What} will be at {At} on chain {account.L1.ChainId}. The deployment takes up to {quote.GasLimit} gas at "
                + $"{Gwei(quote.Fees.MaxFeePerGas)} gwei at most, so up to {Ether.Of(quote.Fee)}, paid by {account.Address}."
        );
        if (!isAgreed)
            Confirmation.Ask(output);
        var sent = await account.SendAsync($"{What}'s deployment", Call, quote, cancellationToken);
        return await account.L1.HasCodeAsync(At, cancellationToken)
            ? sent
            : throw new OperatorException(
                $"The transaction {sent.TransactionHash} succeeded, but nothing is at {At}: {Call.To} is not the factory "
                    + "that the command expects."
            );
    }

    /// <summary>Asks a factory for the address of a deployment.</summary>
    /// <exception cref="OperatorException">The contract is no such factory.</exception>
    public static Task<T> AddressAsync<T>(
        L1Connection l1,
        CallRequest question,
        Func<byte[], T> read,
        CancellationToken cancellationToken
    ) => AddressAsync(l1, question, read, "factory of @cartesi/rollups 2.2.0", cancellationToken);

    /// <summary>The same of another factory.</summary>
    /// <param name="l1">The chain.</param>
    /// <param name="question">The call.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="expected">The factory, for the sentence of a refusal.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<T> AddressAsync<T>(
        L1Connection l1,
        CallRequest question,
        Func<byte[], T> read,
        string expected,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(l1);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read(await l1.CallAsync(question, cancellationToken));
        }
        catch (Exception exception) when (exception is ContractRevertedException or AbiException)
        {
            throw new OperatorException(
                $"The contract at {question.To} is not the {expected}: check its address and the chain.",
                exception
            );
        }
    }

    /// <summary>Reads one address.</summary>
    public static Address ReadAddress(byte[] data) => new AbiReader(data).Address(0);

    private static string Gwei(BigInteger wei) => wei <= ulong.MaxValue ? Ether.Gwei((ulong)wei) : $"{wei / 1_000_000_000}";
}
