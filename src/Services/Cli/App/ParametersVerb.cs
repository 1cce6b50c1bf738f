using System.CommandLine;
using System.Globalization;
using Rollups.Cli.Bus;
using Rollups.Cli.Database;
using Rollups.Cli.Output;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Cli.App;

/// <summary><c>rollups app parameters</c>: shows and sets the limits within which an application's machine runs.</summary>
internal sealed class ParametersVerb
{
    private readonly Option<string> _snapshotPolicy = new("--snapshot-policy") { Description = "When the machine's state is stored." };
    private readonly Option<ulong?> _advanceIncrementCycles = Number(
        "--advance-increment-cycles",
        "Cycles between two looks at the time, while the machine advances."
    );
    private readonly Option<ulong?> _advanceMaxCycles = Number(
        "--advance-max-cycles",
        "Cycles that one input may use; 0 for all of its window."
    );
    private readonly Option<ulong?> _inspectIncrementCycles = Number(
        "--inspect-increment-cycles",
        "Cycles between two looks at the time, in an inspect."
    );
    private readonly Option<ulong?> _inspectMaxCycles = Number(
        "--inspect-max-cycles",
        "Cycles that one inspect may use; 0 for all of the window."
    );
    private readonly Option<ulong?> _maxConcurrentInspects = Number("--max-concurrent-inspects", "Inspects at the same time.");
    private readonly Option<ulong?> _advanceIncrementTimeout = Time("--advance-increment-timeout", "Time of one increment of an advance.");
    private readonly Option<ulong?> _advanceMaxTimeout = Time("--advance-max-timeout", "Time of one input.");
    private readonly Option<ulong?> _inspectIncrementTimeout = Time("--inspect-increment-timeout", "Time of one increment of an inspect.");
    private readonly Option<ulong?> _inspectMaxTimeout = Time("--inspect-max-timeout", "Time of one inspect.");
    private readonly Option<ulong?> _loadTimeout = Time("--load-timeout", "Time to load the machine.");
    private readonly Option<ulong?> _storeTimeout = Time("--store-timeout", "Time to store the machine.");
    private readonly Option<ulong?> _callTimeout = Time("--call-timeout", "Time of a call that does not run the machine.");

    public static Verb Create() => new ParametersVerb().Build();

    private Verb Build()
    {
        var (app, timeout) = (ApplicationArgument.Create(), CommandVerb.Timeout());
        _snapshotPolicy.AcceptOnlyFromAmong([.. EnumNames.All(typeof(SnapshotPolicy))]);
        return new Verb(
            "parameters",
            "Shows the execution parameters of an application, after setting those that are given. The Advancer uses them from the "
                + "application's next input on.",
            "rollups app parameters echo",
            "rollups app parameters echo --advance-max-timeout 90s --snapshot-policy EVERY_EPOCH"
        )
        {
            app,
            _snapshotPolicy,
            _advanceIncrementCycles,
            _advanceMaxCycles,
            _advanceIncrementTimeout,
            _advanceMaxTimeout,
            _inspectIncrementCycles,
            _inspectMaxCycles,
            _inspectIncrementTimeout,
            _inspectMaxTimeout,
            _loadTimeout,
            _storeTimeout,
            _callTimeout,
            _maxConcurrentInspects,
            timeout,
        }.Runs(
            async (parsed, output, cancellationToken) =>
            {
                var named = parsed.GetRequiredValue(app).ToString();
                var answer = await CommandVerb.SendAsync<SetExecutionParameters, StoredExecutionParameters>(
                    new SetExecutionParameters
                    {
                        Application = named,
                        SnapshotPolicy = parsed.GetValue(_snapshotPolicy),
                        AdvanceIncrementCycles = parsed.GetValue(_advanceIncrementCycles),
                        AdvanceMaxCycles = parsed.GetValue(_advanceMaxCycles),
                        InspectIncrementCycles = parsed.GetValue(_inspectIncrementCycles),
                        InspectMaxCycles = parsed.GetValue(_inspectMaxCycles),
                        MaxConcurrentInspects = parsed.GetValue(_maxConcurrentInspects),
                        AdvanceIncrementTimeout = parsed.GetValue(_advanceIncrementTimeout),
                        AdvanceMaxTimeout = parsed.GetValue(_advanceMaxTimeout),
                        InspectIncrementTimeout = parsed.GetValue(_inspectIncrementTimeout),
                        InspectMaxTimeout = parsed.GetValue(_inspectMaxTimeout),
                        LoadTimeout = parsed.GetValue(_loadTimeout),
                        StoreTimeout = parsed.GetValue(_storeTimeout),
                        CallTimeout = parsed.GetValue(_callTimeout),
                    },
                    named,
                    CommandQueues.SetExecutionParameters,
                    parsed.GetValue(timeout),
                    cancellationToken
                );
                Show(answer, output);
                return ExitCode.Done;
            }
        );
    }

    private static void Show(StoredExecutionParameters answer, CommandOutput output) =>
        output.Show(
            answer,
            ("name", answer.Name),
            ("application", answer.Application),
            ("changed", answer.Changed ? "yes" : "no"),
            ("snapshot-policy", answer.SnapshotPolicy),
            ("advance-increment-cycles", Number(answer.AdvanceIncrementCycles)),
            ("advance-max-cycles", Number(answer.AdvanceMaxCycles)),
            ("advance-increment-timeout", Duration.Text(answer.AdvanceIncrementTimeout)),
            ("advance-max-timeout", Duration.Text(answer.AdvanceMaxTimeout)),
            ("inspect-increment-cycles", Number(answer.InspectIncrementCycles)),
            ("inspect-max-cycles", Number(answer.InspectMaxCycles)),
            ("inspect-increment-timeout", Duration.Text(answer.InspectIncrementTimeout)),
            ("inspect-max-timeout", Duration.Text(answer.InspectMaxTimeout)),
            ("load-timeout", Duration.Text(answer.LoadTimeout)),
            ("store-timeout", Duration.Text(answer.StoreTimeout)),
            ("call-timeout", Duration.Text(answer.CallTimeout)),
            ("max-concurrent-inspects", Number(answer.MaxConcurrentInspects))
        );

    private static Option<ulong?> Number(string name, string description) => new(name) { Description = description, HelpName = "NUMBER" };

    private static Option<ulong?> Time(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "TIME",
            CustomParser = result =>
            {
                if (Duration.TryParse(result.Tokens[0].Value, out var milliseconds))
                    return milliseconds;
                result.AddError($"'{result.Tokens[0].Value}' is no time: give a number with ms, s, m or h, such as 90s.");
                return null;
            },
        };

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
