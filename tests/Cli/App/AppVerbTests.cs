using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Cli.Tests.App;

/// <summary>The verbs of <c>rollups app</c> as processes of their own, over a real RabbitMQ.</summary>
[NeedsServers]
public sealed class AppVerbTests(RabbitMqServer rabbit)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operators_day_from_the_registration_to_the_removal()
    {
        await using var node = await OperatedNode.StartAsync(rabbit);
        Done(await node.AppAsync("list")).Output.ShouldStartWith("No application is registered");

        var address = OperatedNode.Application.ToString();
        Done(await node.AppAsync("register", "echo", address, "--template", "echo:")).Output.ShouldContain("AUTHORITY at 0x");
        Json(await node.AppAsync("register", "echo", address, "--template", "echo:", "--json"))["alreadyRegistered"]!
            .GetValue<bool>()
            .ShouldBeTrue();
        Refused(await node.AppAsync("register", "other", address, "--template", "echo:"), "under the name 'echo'");

        var listed = ((JsonArray)Json(await node.AppAsync("list", "--json"))).ShouldHaveSingleItem()!;
        (listed["name"]!.GetValue<string>(), listed["address"]!.GetValue<string>(), listed["state"]!.GetValue<string>()).ShouldBe(
            ("echo", address, "ENABLED")
        );

        Done(await node.AppAsync("disable", "echo")).Output.ShouldBe("echo is disabled.\n");
        Done(await node.AppAsync("disable", address)).Output.ShouldBe("echo was DISABLED already; nothing changed.\n");
        var status = Json(await node.AppAsync("status", "echo", "--json"));
        status["health"]!.GetValue<string>().ShouldBe("DISABLED");
        status["remedy"]!.GetValue<string>().ShouldContain("rollups app enable echo");
        Done(await node.AppAsync("enable", "echo")).Output.ShouldBe("echo is enabled.\n");
        Json(await node.AppAsync("enable", "echo", "--json"))["alreadyEnabled"]!.GetValue<bool>().ShouldBeTrue();

        Done(await node.AppAsync("parameters", "echo", "--advance-max-timeout", "90s", "--snapshot-policy", "EVERY_EPOCH"))
            .Lines.ShouldContain(line => line.StartsWith("advance-max-timeout ") && line.EndsWith(" 90s"));
        Json(await node.AppAsync("parameters", "echo", "--json"))["snapshotPolicy"]!.GetValue<string>().ShouldBe("EVERY_EPOCH");
        Refused(await node.AppAsync("parameters", "echo", "--load-timeout", "0s"), "LoadTimeout is 0: give 1 to 86400000 milliseconds.");

        Refused(await node.AppAsync("remove", "echo"), "add --yes to confirm");
        var removed = await node.AppAsync("remove", "echo", "--yes");
        Done(removed).Output.ShouldBe("echo is removed.\n");
        removed.ErrorLines.ShouldContain("echo: 0 inputs left");
        Refused(await node.AppAsync("enable", "echo"), "No application has the name 'echo'");
        Refused(await node.AppAsync("status", "echo"), "The node has no application 'echo'");
        Refused(await node.AppAsync("remove", "echo", "--yes"), "No application has the name 'echo'");
    }

    [Fact]
    public async Task A_stored_machine_must_be_the_one_that_the_application_was_deployed_with()
    {
        await using var node = await OperatedNode.StartAsync(rabbit);
        var folder = Directory.CreateTempSubdirectory("rollups-register-");
        var address = OperatedNode.Application.ToString();
        var template = StandInMachine.WriteTemplate(Path.Combine(folder.FullName, "template"));
        node.More["Machines:Cartesi:ServerPath"] = StandInMachine.WriteServer(folder.FullName);
        Refused(
            await node.AppAsync("register", "cartesi", address, "--template", $"cartesi:{template}"),
            "but 0xe84bd186632be118aeecb86ea355a15c67b3b699a547ae2806edae93af49a471 was given"
        );
        // Where the folder is on another host, its hash cannot be computed here.
        Done(await node.AppAsync("register", "cartesi", address, "--template", "cartesi:/on-another-host"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_status_of_a_stopped_application_has_its_reason_its_remedy_and_the_stages_of_its_epochs()
    {
        await using var node = await OperatedNode.StartAsync(rabbit);
        Done(await node.AppAsync("register", "echo", OperatedNode.Application.ToString(), "--template", "echo:"));
        var app = await node.Host.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Cancel));
        foreach (var epoch in Enumerable.Range(1, 7))
            await node.Host.AddEpochAsync(app, (ulong)epoch, default, epoch < 7 ? EpochStatus.ClaimAccepted : EpochStatus.ClaimCalculated);
        await node.Host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.State, ApplicationState.Inoperable)
                        .SetProperty(row => row.ReasonKind, InoperableKind.Diverged)
                        .SetProperty(row => row.Reason, "L1 accepted another claim."),
                Cancel
            )
        );

        var answer = await node.AppAsync("status", "echo");

        Done(answer).Output.ShouldContain("INOPERABLE, DIVERGED");
        answer.Output.ShouldContain("L1 accepted another claim.");
        answer.Output.ShouldContain("rollups app remove echo");
        answer.Lines.Count(line => line.Contains("CLAIM_ACCEPTED")).ShouldBe(4);
        answer.Lines.Count(line => line.Contains("CLAIM_CALCULATED")).ShouldBe(1);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain("ROLLUPS_Ethereum__HttpEndpoint is not set");
        Refused(await node.AppAsync("enable", "echo"), "DIVERGED is final");
        Refused(await node.AppAsync("enable", "echo"), "L1 accepted another claim.");
    }

    [Fact]
    public async Task A_command_that_nobody_takes_is_unreachable_and_the_broker_drops_it()
    {
        var broker = await rabbit.CreateVirtualHostAsync(Cancel);

        var answer = await CliProcess.RunAsync(
            [.. OperatedNode.EnvironmentOf(broker.Settings)],
            "app",
            "enable",
            "echo",
            "--timeout",
            "1"
        );

        answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
        var error = answer.ErrorLines.ShouldHaveSingleItem();
        error.ShouldStartWith("error: No evm-reader answered within 1 s");
        error.ShouldContain("may still take effect if one had taken it");
        error.ShouldContain("'rollups app status echo'");
        await broker.UntilEmptyAsync(CommandQueues.EnableApplication, Cancel);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_unreachable_and_nothing_was_sent()
    {
        var answer = await CliProcess.RunAsync(
            [("ROLLUPS_Messaging__Transport", "rabbitmq"), ("ROLLUPS_Messaging__RabbitMq__Port", "1")],
            "app",
            "disable",
            "echo"
        );

        answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain("Nothing was sent.");
    }

    [Fact]
    public async Task Without_a_broker_in_the_settings_a_command_is_refused() =>
        Refused(await CliProcess.RunAsync("app", "disable", "echo"), "Messaging:Transport is not rabbitmq");

    [Theory]
    [InlineData("app enable", "Required argument 'app' missing")]
    [InlineData("app enable 0x12", "0x12")]
    [InlineData("app enable echo --timeout 0", "give 1 to 3600 seconds")]
    [InlineData("app register echo 0x12", "'--template' is required")]
    [InlineData("app parameters echo --load-timeout 7", "'7' is no time: give a number with ms, s, m or h, such as 90s.")]
    [InlineData("app parameters echo --snapshot-policy SOMETIMES", "'SOMETIMES'")]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunAsync(line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage, answer.Error);
        answer.Error.ShouldContain(words);
    }

    private static CliAnswer Done(CliAnswer answer)
    {
        answer.ExitCode.ShouldBe(ExitCode.Done, answer.Error);
        return answer;
    }

    private static JsonNode Json(CliAnswer answer) => JsonNode.Parse(Done(answer).Output)!;

    private static void Refused(CliAnswer answer, string words)
    {
        answer.ExitCode.ShouldBe(ExitCode.Refused, answer.Error);
        answer.Output.ShouldBeEmpty();
        answer.ErrorLines[^1].ShouldStartWith("error: ");
        answer.Error.ShouldContain(words);
    }
}
