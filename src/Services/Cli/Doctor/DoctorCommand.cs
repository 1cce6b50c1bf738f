using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Hosting;

namespace Rollups.Cli.Doctor;

/// <summary><c>rollups doctor</c>: checks everything that the node needs, by its own settings.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Verb Create() =>
        new Verb(
            "doctor",
            "Checks the database, the broker, the L1 endpoint, the signer and the clock by the node's own settings, and prints one line "
                + "for each with the remedy. Leaves nothing behind. Exits with 1 if a check failed; a warning does not fail.",
            "rollups doctor",
            "rollups doctor --json"
        ).Runs(
            async (_, output, cancellationToken) =>
            {
                var configuration = NodeDatabase.Configuration();
                // Side by side: each may have to wait for somebody who is away.
                var parts = await Task.WhenAll(
                    ExamineAsync("database", token => CheckDatabase.RunAsync(configuration, token), cancellationToken),
                    ExamineAsync("broker", token => CheckBroker.RunAsync(configuration, token), cancellationToken),
                    ExamineAsync("l1", token => CheckChain.RunAsync(configuration, token), cancellationToken)
                );
                var findings = parts.SelectMany(part => part).ToList();
                output.List(
                    findings,
                    findings,
                    "Nothing to check.",
                    new("CHECK", row => row.Check),
                    new("RESULT", row => row.Word),
                    new("", row => row.Sentence, ColumnKind.Prose)
                );
                return findings.Exists(finding => finding.Result == Health.Failed) ? ExitCode.Refused : ExitCode.Done;
            }
        );

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(
        string check,
        Func<CancellationToken, Task<IReadOnlyList<Finding>>> examine,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await examine(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return
            [
                Finding.Failed(check, $"It does not answer within {Patience.TotalSeconds:0} s: check that it runs and is not overloaded."),
            ];
        }
        catch (Exception exception) when (exception is UnreachableException || OperatorErrors.Describe(exception) is not null)
        {
            return [Finding.Failed(check, OperatorErrors.Describe(exception) ?? exception.Message)];
        }
    }
}
