using Rollups.Cli.Database;
using Rollups.Cli.L1;
using Rollups.Cli.Output;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.Execute;

/// <summary><c>rollups validate APP OUTPUT</c>: makes the application on L1 check the node's proof. Sends nothing.</summary>
internal static class ValidateCommand
{
    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var index = Typed.NumberArgument("output", "Index of the output.");
        return new Verb(
            "validate",
            "Checks an output on L1 with the node's proof. Sends no transaction and needs no key.",
            "rollups validate echo 3",
            "rollups validate echo 3 --json"
        )
        {
            app,
            index,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var stored = await StoredOutput.ReadAsync(parsed.GetRequiredValue(app), parsed.GetRequiredValue(index), cancellationToken);
                stored.EnsureProof();
                return await L1Connection.RunAsync(
                    output,
                    needsSigner: false,
                    async l1 =>
                    {
                        await stored.ValidateAsync(l1, cancellationToken);
                        Show(output, stored);
                        return ExitCode.Done;
                    },
                    cancellationToken
                );
            }
        );
    }

    private static void Show(CommandOutput output, StoredOutput stored)
    {
        var decoded = ShownOutput.Of(stored.Output.RawData);
        output.Show(
            new ValidOutput(
                stored.Application.Address,
                stored.Output.Index,
                stored.Output.EpochIndex,
                decoded.Kind,
                decoded.Payload,
                IsValid: true
            ),
            ("output", $"{stored.Output.Index}"),
            ("valid", $"yes, {stored.Application.Address} accepts the node's proof"),
            ("epoch", $"{stored.Output.EpochIndex}"),
            ("kind", decoded.Kind),
            ("payload", Payload.Preview(decoded.Payload))
        );
    }

    private sealed record ValidOutput(Address Application, ulong OutputIndex, ulong EpochIndex, string Kind, byte[] Payload, bool IsValid);
}
