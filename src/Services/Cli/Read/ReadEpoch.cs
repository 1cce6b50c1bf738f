using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read epoch APP N</c>: the story of one epoch.</summary>
internal static class ReadEpoch
{
    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var index = Typed.NumberArgument("epoch", "Index of the epoch.");
        var verb = new Verb(
            "epoch",
            "Shows the story of one epoch: when it reached each stage and why, its transactions with what they cost, and its proof. With "
                + "ROLLUPS_Ethereum__HttpEndpoint set, L1 adds the cost of transactions whose cost the node has not stored.",
            "rollups read epoch echo 3",
            "rollups read epoch 0x0fb484f2057e224d5f025b4bd5926669a5a32786 3 --json"
        )
        {
            app,
            index,
        };
        var url = NodeUrl.ReadOption(verb);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var (key, epoch) = (parsed.GetRequiredValue(app), parsed.GetRequiredValue(index));
                EpochStory story;
                if (parsed.GetValue(url) is { } node)
                {
                    using var api = NodeApi.Open(node, output);
                    story = await ApiEpochStory.ReadAsync(api, key, epoch, output, cancellationToken);
                }
                else
                {
                    story = await NodeDatabase.ReadAsync(
                        async database =>
                            await EpochStory.ReadAsync(
                                database,
                                await key.FindAsync(database, cancellationToken),
                                epoch,
                                cancellationToken
                            ),
                        cancellationToken
                    );
                }

                Show(await MinedTransactions.AddAsync(story, output, cancellationToken), output);
                return ExitCode.Done;
            }
        );
    }

    private static void Show(EpochStory story, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.Json(story);
            return;
        }
        var epoch = story.Epoch;
        output.Show(
            story,
            ("application", $"{story.Application} ({story.Address})"),
            ("epoch", $"{epoch.Index}"),
            ("status", EnumNames.Of(epoch.Status)),
            ("remark", epoch.Remark),
            ("blocks", $"{epoch.FirstBlock}-{epoch.LastBlock}"),
            ("inputs", epoch.Inputs),
            ("claim", epoch.OutputsMerkleRoot?.ToString()),
            ("claimed in", epoch.ClaimTransactionHash?.ToString()),
            ("accepted in", epoch.AcceptanceTransactionHash?.ToString()),
            ("tournament", epoch.TournamentAddress?.ToString()),
            ("commitment", epoch.Commitment?.ToString()),
            ("settled in", story.SettlementTransactionHash?.ToString()),
            ("rejected because", story.RejectionReason),
            ("trace", story.TraceId)
        );
        output.Heading(story is { SagaState: null, IsFromApi: false } ? "Stages (the saga has not recorded this epoch yet)" : "Stages");
        output.List(
            story.Stages,
            story.Stages,
            "None.",
            new("STAGE", row => row.Name),
            new("TIME", row => output.Time(row.Time)),
            new("AFTER", row => row.After is { } time ? Duration(time) : null, ColumnKind.Number),
            new("CAUSE", row => row.Cause is { } cause ? EnumNames.Of(cause.Kind).ToLowerInvariant() : null),
            new("MESSAGE", row => row.Cause?.CausedByMessageId?.ToString(), ColumnKind.Hex)
        );
        output.Heading("Transactions");
        output.List(
            story.Transactions,
            story.Transactions,
            "None.",
            new("KIND", row => EnumNames.Of(row.Sent.Kind)),
            new("OUTCOME", row => EnumNames.Of(row.Sent.State)),
            new("NONCE", row => $"{row.Sent.Nonce}", ColumnKind.Number),
            new("TRANSACTION", row => (row.Mined?.TransactionHash ?? row.Sent.TransactionHash).ToString(), ColumnKind.Hex),
            new("BLOCK", row => row.Mined is { } mined ? $"{mined.BlockNumber}" : null, ColumnKind.Number),
            new("GAS", row => row.Mined is { } mined ? $"{mined.GasUsed}" : $"up to {row.Sent.GasLimit}", ColumnKind.Number),
            new("FEE", row => row.Mined is { } mined ? Ether.Of(mined.Fee) : $"up to {Ether.Of(row.HighestFee)}", ColumnKind.Number),
            new("REPLACED", row => row.ReplacedHashes.Count > 0 ? $"{row.ReplacedHashes.Count}x" : null)
        );
        output.Heading("Proof");
        if (story.Proof is not { } proof)
        {
            output.Line("None yet: it is stored when the machine has processed the last input.");
            return;
        }
        output.Show(
            proof,
            ("machine", proof.MachineHash.ToString()),
            ("outputs root", $"{proof.OutputsMerkleRoot} ({proof.OutputsMerkleProof.Count} siblings)"),
            ("iflags.Y", $"{proof.IflagsYBlock} ({proof.IflagsYProof.Count} siblings)"),
            ("htif.tohost", $"{proof.TohostBlock} ({proof.TohostProof.Count} siblings)"),
            ("commitment", proof.CommitmentProof is { } siblings ? $"{epoch.Commitment} ({siblings.Count} siblings)" : null)
        );
        output.Line("--json prints the siblings.");
    }

    private static string Duration(TimeSpan time) =>
        time.TotalSeconds < 60 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
        : $"{(int)time.TotalHours} h {time.Minutes} min";
}
