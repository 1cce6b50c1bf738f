using Rollups.Cli.Database;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Cli.Send;

namespace Rollups.Cli.Inspect;

/// <summary><c>rollups inspect APP QUERY</c>: asks the application's machine, and changes nothing.</summary>
internal static class InspectCommand
{
    public static Verb Create()
    {
        var app = ApplicationArgument.Create();
        var query = new InputPayload("query", InspectAddress.MaxQuery, $"a machine takes {InspectAddress.MaxQuery} at most.");
        var url = NodeUrl.Option(
            "Where the Advancer answers queries, such as http://127.0.0.1:10012; the default is Inspect:Address of the settings."
        );
        var verb = new Verb(
            "inspect",
            "Asks an application's machine, over the Advancer's POST /inspect, and prints its reports. Changes nothing and needs no key.",
            "rollups inspect echo \"ping\"",
            "rollups inspect echo --hex 0xdeadbeef --json",
            "rollups inspect echo \"ping\" --url http://127.0.0.1:10012"
        )
        {
            app,
        };
        query.AddTo(verb);
        verb.Options.Add(url);
        return verb.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var bytes = query.Read(parsed);
                var address = parsed.GetValue(url) ?? InspectAddress.Of(NodeDatabase.Configuration());
                var answer = await InspectAddress.AskAsync(address, parsed.GetRequiredValue(app), bytes, cancellationToken);
                Show(answer, output);
                if (answer.Status == InspectAnswer.Accepted)
                    return ExitCode.Done;
                output.Note($"error: The application did not accept the query: {answer.Status}.");
                return ExitCode.Refused;
            }
        );
    }

    private static void Show(InspectAnswer answer, CommandOutput output)
    {
        output.Show(
            answer,
            ("status", answer.Status),
            ("error", answer.Error),
            ("exception", answer.ExceptionData is { } data ? ShownBytes.Of(data) : null),
            ("inputs run", $"{answer.ProcessedInputCount}")
        );
        if (output.IsJson)
            return;
        foreach (var (payload, index) in answer.Reports.Select((report, index) => (report.Payload, index)))
            output.Line($"report {index}: {ShownBytes.Of(payload)}");
    }
}
