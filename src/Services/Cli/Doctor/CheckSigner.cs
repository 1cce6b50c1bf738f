using System.Numerics;
using Rollups.Cli.Read;
using Rollups.Ethereum;
using Rollups.Settings;
using Rollups.Transactions;

namespace Rollups.Cli.Doctor;

/// <summary>The key can be used, and its account has ether for gas.</summary>
internal static class CheckSigner
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        IConfiguration configuration,
        IEthereumClient client,
        CancellationToken cancellationToken
    )
    {
        if (configuration.GetSection(SignerOptions.Section).ReadValidated<SignerOptions>().Kind is "none" or "")
            return
            [
                Finding.Warning(
                    "signer",
                    "Signer:Kind is none: fine for a node that only observes; one that claims needs the key of a funded account."
                ),
            ];
        try
        {
            await using var services = new ServiceCollection().AddLogging().AddEthereumSigner(configuration).BuildServiceProvider();
            await services.ConnectEthereumSignerAsync(cancellationToken);
            var account = services.GetRequiredService<ITransactionSigner>().Address;
            var balance = await client.GetBalanceAsync(account, BlockTag.Latest, cancellationToken);
            var warning = configuration.GetSection(TransactionOptions.Section).ReadValidated<TransactionOptions>().BalanceWarningEther;
            return
            [
                Finding.Ok("signer", $"The node signs with {account}."),
                balance.IsZero ? Finding.Failed("balance", $"{account} has no ether: send it some, or no claim can be paid.")
                : balance < new BigInteger(warning * 1_000_000_000_000_000_000m)
                    ? Finding.Warning("balance", $"{Ether.Of(balance)}, below Transactions:BalanceWarningEther ({warning}): send it some.")
                : Finding.Ok("balance", $"{Ether.Of(balance)}."),
            ];
        }
        catch (OperatorException exception)
        {
            return [Finding.Failed("signer", exception.Message)];
        }
    }
}
