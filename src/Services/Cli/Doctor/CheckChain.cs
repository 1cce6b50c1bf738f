using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Doctor;

/// <summary>
/// The L1 endpoint serves the configured chain as the node needs it, the clock agrees with its head, and the account can pay.
/// </summary>
internal static class CheckChain
{
    // A block is as old as the chain's block time; a head that is older than this does not move, or the clock is ahead.
    private static readonly TimeSpan OldHead = TimeSpan.FromMinutes(5);

    // No client accepts a block from further in the future.
    private static readonly TimeSpan FutureHead = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<Finding>> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (string.IsNullOrEmpty(configuration[$"{EthereumOptions.Section}:{nameof(EthereumOptions.HttpEndpoint)}"]))
            return
            [
                Finding.Failed(
                    "l1 endpoint",
                    "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of an L1 node, such as "
                        + "ROLLUPS_Ethereum__HttpEndpoint=http://127.0.0.1:8545."
                ),
            ];
        await using var services = new ServiceCollection().AddLogging().AddEthereum(configuration).BuildServiceProvider();
        var (client, options) = (services.GetRequiredService<IEthereumClient>(), services.GetRequiredService<EthereumOptions>());
        BlockHeader head;
        try
        {
            await client.EnsureChainAsync(options, cancellationToken);
            head =
                await client.GetBlockAsync(BlockTag.Latest, cancellationToken)
                ?? throw new OperatorException("The L1 endpoint has no latest block: wait until it has synchronized.");
            findings.Add(Finding.Ok("l1 endpoint", $"Chain {options.ChainId}, head at block {head.Number}."));
        }
        catch (Exception exception) when (exception is OperatorException or EthereumUnreachableException or EthereumRpcException)
        {
            return [Finding.Failed("l1 endpoint", Hosting.OperatorErrors.Describe(exception)!)];
        }
        findings.Add(await BlockHashesAsync(client, head, cancellationToken));
        findings.Add(await FinalityAsync(client, options, head, cancellationToken));
        findings.Add(Clock(head, services.GetRequiredService<TimeProvider>()));
        findings.AddRange(await CheckSigner.RunAsync(configuration, client, cancellationToken));
        return findings;
    }

    private static async Task<Finding> BlockHashesAsync(IEthereumClient client, BlockHeader head, CancellationToken cancellationToken)
    {
        const string check = "block-hash queries";
        try
        {
            await client.GetCodeAsync(Address.Zero, BlockTag.Of(head), cancellationToken);
            return Finding.Ok(check, "The endpoint answers queries at a block's hash (EIP-1898).");
        }
        catch (Exception exception) when (exception is EthereumUnreachableException or EthereumRpcException)
        {
            return Finding.Failed(
                check,
                $"The endpoint refuses a query at a block's hash (EIP-1898), which the node needs: {exception.Message.TrimEnd('.')}. Use "
                    + "another endpoint."
            );
        }
    }

    private static async Task<Finding> FinalityAsync(
        IEthereumClient client,
        EthereumOptions options,
        BlockHeader head,
        CancellationToken cancellationToken
    )
    {
        const string check = "finality";
        try
        {
            var block = await client.GetBlockAsync(BlockTag.ParseName(options.DefaultBlock), cancellationToken);
            if (block is null)
                return Finding.Failed(
                    check,
                    $"The endpoint has no block '{options.DefaultBlock}': wait until the chain has one, or set Ethereum:DefaultBlock to a "
                        + "looser tag."
                );
            return options.DefaultBlock is "latest" or "pending"
                ? Finding.Warning(
                    check,
                    $"The node reads at '{options.DefaultBlock}', and L1 may replace such blocks: use finalized unless this is "
                        + "a test chain."
                )
                : Finding.Ok(check, $"'{options.DefaultBlock}' is block {block.Number}, {head.Number - block.Number} behind the head.");
        }
        catch (Exception exception) when (exception is EthereumUnreachableException or EthereumRpcException)
        {
            return Finding.Failed(
                check,
                $"The endpoint does not know the block tag '{options.DefaultBlock}': {exception.Message.TrimEnd('.')}. Use an endpoint "
                    + "of a node after the Merge."
            );
        }
    }

    private static Finding Clock(BlockHeader head, TimeProvider clock)
    {
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)head.Timestamp);
        return age < -FutureHead
                ? Finding.Failed(
                    "clock",
                    $"The head's time is {-age.TotalSeconds:0} s ahead of this machine's clock: set the clock, with NTP for example."
                )
            : age > OldHead
                ? Finding.Warning(
                    "clock",
                    $"The head is {age.TotalMinutes:0} minutes old: the endpoint lags, the chain makes no blocks, or this machine's clock "
                        + "is ahead."
                )
            : Finding.Ok("clock", $"The head is {Math.Max(0, age.TotalSeconds):0} s old.");
    }
}
