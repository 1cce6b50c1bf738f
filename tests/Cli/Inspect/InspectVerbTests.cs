using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer;
using Rollups.Advancer.Inspect;
using Rollups.Cli.Deploy;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Inspect;

/// <summary><c>rollups inspect</c> against an Advancer with the echo machine.</summary>
public sealed class InspectVerbTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_query_is_answered_with_the_reports_of_the_machine()
    {
        await using var host = await StartAsync();
        var app = await AddEchoAsync(host, "echo", 1);
        var url = UrlOf(host);

        var answer = await CliProcess.RunHereAsync([], "inspect", "echo", "ping", "--url", url);
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldBe(["status      Accepted", "inputs run  0", "report 0: ping"]);

        // The same by the settings of the node, and by address.
        answer = await CliProcess.RunHereAsync(
            [("ROLLUPS_Inspect__Address", new Uri(url).Authority)],
            "inspect",
            app.Address.ToString(),
            "--hex",
            "0x00ff",
            "--json"
        );
        answer.ExitCode.ShouldBe(0, answer.Error);
        var read = JsonDocument.Parse(answer.Output).RootElement;
        read.GetProperty("status").GetString().ShouldBe("Accepted");
        read.GetProperty("processedInputCount").GetUInt64().ShouldBe(0UL);
        read.GetProperty("reports")[0].GetProperty("payload").GetString().ShouldBe("0x00ff");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_shown_in_hex()
    {
        await using var host = await StartAsync();
        await AddEchoAsync(host, "echo", 1);

        var answer = await CliProcess.RunHereAsync([], "inspect", "echo", "--hex", "0x1b5b324a", "--url", UrlOf(host));

        answer.Lines[^1].ShouldBe("report 0: 0x1b5b324a");
    }

    [Fact]
    public async Task What_the_node_cannot_answer_is_refused_with_its_sentence()
    {
        await using var host = await StartAsync();
        await AddEchoAsync(host, "echo", 1);
        await AddEchoAsync(host, "idle", 2, ApplicationState.Disabled);

        var answer = await CliProcess.RunHereAsync([], "inspect", "nobody", "ping", "--url", UrlOf(host));
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.Output.ShouldBeEmpty();
        answer.ErrorLines.ShouldBe(["error: The node refused the query: There is no application 'nobody'."]);

        answer = await CliProcess.RunHereAsync([], "inspect", "idle", "ping", "--url", UrlOf(host));
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldBe(["error: The node refused the query: The application 'idle' is DISABLED."]);
    }

    [Fact]
    public async Task A_listener_that_is_away_or_is_another_is_unreachable()
    {
        var answer = await CliProcess.RunHereAsync([], "inspect", "echo", "ping", "--url", "http://127.0.0.1:1");
        answer.ExitCode.ShouldBe(ExitCode.Unreachable);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: Nothing answers at http://127.0.0.1:1: ");

        answer = await CliProcess.RunHereAsync([("ROLLUPS_Inspect__Enabled", "false")], "inspect", "echo", "ping");
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: Inspect:Enabled is false");
    }

    [Theory]
    [InlineData("inspect echo", "QUERY is missing.")]
    [InlineData("inspect echo --hex ping", "is not hex data")]
    [InlineData("inspect echo ping --url localhost", "'localhost' is not the address of a node")]
    [InlineData("inspect echo ping --url http://me:secret@localhost", "without a user")]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunHereAsync([], line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain(words);
    }

    private static async Task<ServiceHost> StartAsync()
    {
        var host = await ServiceHost.CreateAsync(
            new ServiceSetup((services, configuration) => services.AddMachines().AddAdvancer(configuration).AddInspect(configuration))
            {
                Settings = [("Inspect:Address", "127.0.0.1:0")],
            }
        );
        await host.StartAsync();
        return host;
    }

    private static async Task<Application> AddEchoAsync(
        ServiceHost host,
        string name,
        int number,
        ApplicationState state = ApplicationState.Enabled
    )
    {
        var hash = await Template.HashAsync("echo:", Cancel);
        return await host.AddApplicationAsync(
            name,
            Read.StoredStory.AddressOf(number),
            Read.StoredStory.AddressOf(100 + number),
            with: app => (app.TemplateHash, app.State) = (hash, state)
        );
    }

    private static string UrlOf(ServiceHost host) => $"http://{host.Services.GetRequiredService<IInspectListener>().EndPoint}";
}
