using System.Numerics;
using Rollups.Cli.Database;
using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Cli.Read;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Cli.Execute;

/// <summary><c>rollups execute APP OUTPUT</c>: executes a voucher, or says why it cannot be executed yet.</summary>
internal static class ExecuteCommand
{
    private static readonly uint InsufficientFunds = new AbiFunction("InsufficientFunds(uint256,uint256)").Selector;

    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var index = Typed.NumberArgument("output", "Index of the voucher.");
        return new Verb(
            "execute",
            "Executes a voucher on L1 with the node's proof, from the account of the Signer settings. Anybody may execute a voucher.",
            "rollups execute echo 4",
            "rollups execute echo 4 --json"
        )
        {
            app,
            index,
        }.Sends(
            async (parsed, account, output, cancellationToken) =>
            {
                var stored = await StoredOutput.ReadAsync(parsed.GetRequiredValue(app), parsed.GetRequiredValue(index), cancellationToken);
                EnsureVoucher(stored);
                stored.EnsureProof();
                await stored.ValidateAsync(account.L1, cancellationToken);
                await EnsureNotExecutedAsync(stored, account.L1, cancellationToken);
                var call = new CallRequest(
                    stored.Application.Address,
                    ApplicationContract.ExecuteOutput(stored.Output.RawData, stored.Output.Index, stored.Proof)
                );
                await EnsureItSucceedsAsync(stored, account, call, cancellationToken);
                var sent = await account.SendAsync("The execution", call, cancellationToken);
                Show(output, stored, sent);
                return ExitCode.Done;
            }
        );
    }

    private static void EnsureVoucher(StoredOutput stored)
    {
        if (Outputs.IsNotice(stored.Output.RawData))
            throw new OperatorException(
                $"{stored.Name} is a notice, which cannot be executed: 'rollups validate {stored.Application.Name} {stored.Output.Index}' "
                    + "checks it on L1."
            );
        if (!Outputs.IsExecutable(stored.Output.RawData))
            throw new OperatorException($"{stored.Name} is neither a notice nor a voucher, so L1 cannot execute it.");
    }

    // The node may not have read the execution yet, or have read it from a block that is gone: L1 decides.
    private static async Task EnsureNotExecutedAsync(StoredOutput stored, L1Connection l1, CancellationToken cancellationToken)
    {
        var answer = await l1.CallAsync(
            ApplicationContract.WasOutputExecuted(stored.Application.Address, stored.Output.Index),
            cancellationToken
        );
        if (!new AbiReader(answer).Bool(0))
            return;
        throw new OperatorException(
            stored.Output is { ExecutionTransactionHash: { } transaction, ExecutionBlockNumber: { } block }
                ? $"{stored.Name} is already executed, by transaction {transaction} in block {block}."
                : $"{stored.Name} is already executed; the node has not read that block yet."
        );
    }

    private static async Task EnsureItSucceedsAsync(
        StoredOutput stored,
        L1Account account,
        CallRequest call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await account.L1.CallAsync(call with { From = account.Address }, cancellationToken);
        }
        catch (ContractRevertedException revert) when (revert.Selector == InsufficientFunds && revert.RevertData.Count == 68)
        {
            var amounts = revert.RevertData.Skip(4).Chunk(Hash32.Size).ToArray();
            throw new OperatorException(
                $"{stored.Name} cannot be executed yet: the application {stored.Application.Address} has {InEther(amounts[1])}, but the "
                    + $"voucher sends {InEther(amounts[0])}. Deposit ether first. Nothing was sent.",
                revert
            );
        }
        catch (ContractRevertedException revert)
        {
            throw new OperatorException(
                $"{stored.Name} cannot be executed yet: its call to {ShownOutput.Of(stored.Output.RawData).Destination} reverts with "
                    + $"{revert.Reason.TrimEnd('.')}. Nothing was sent.",
                revert
            );
        }
    }

    private static string InEther(byte[] word) => Ether.Of(new BigInteger(word, isUnsigned: true, isBigEndian: true));

    private static void Show(CommandOutput output, StoredOutput stored, SentTransaction sent)
    {
        var voucher = ShownOutput.Of(stored.Output.RawData);
        output.Show(
            new ExecutedOutput(
                stored.Application.Address,
                stored.Output.Index,
                voucher.Kind,
                voucher.Destination,
                voucher.Value ?? BigInteger.Zero,
                sent
            ),
            [
                ("executed", $"output {stored.Output.Index} of {stored.Application.Name}, a {voucher.Kind}"),
                ("destination", voucher.Destination?.ToString()),
                ("it sent", voucher.Value is { IsZero: false } wei ? Ether.Of(wei) : null),
                .. sent.Lines,
            ]
        );
    }

    private sealed record ExecutedOutput(
        Address Application,
        ulong OutputIndex,
        string Kind,
        Address? Destination,
        BigInteger VoucherWei,
        SentTransaction Transaction
    );
}
