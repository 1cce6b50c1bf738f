using System.CommandLine;

namespace Rollups.Cli.Tests;

/// <summary>What holds for every command: examples, help, exit codes and completion.</summary>
public sealed class RollupsCommandTests
{
    public static TheoryData<string> Verbs => [.. Leaves(RollupsCommand.Create(), "rollups").Select(leaf => leaf.Path)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_verb_has_an_example_that_parses(string path)
    {
        var verb = Leaves(RollupsCommand.Create(), "rollups").Single(leaf => leaf.Path == path).Command.ShouldBeOfType<Verb>();

        verb.Examples.ShouldNotBeEmpty();
        foreach (var example in verb.Examples)
        {
            example.ShouldStartWith(path);
            var parsed = RollupsCommand.Create().Parse(example["rollups".Length..].Split('>')[0].Trim());
            parsed.Errors.ShouldBeEmpty(example);
            parsed.CommandResult.Command.Name.ShouldBe(verb.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_help_of_a_verb_shows_its_examples(string path)
    {
        using var output = new StringWriter();
        var parsed = RollupsCommand.Create().Parse([.. path.Split(' ')[1..], "--help"]);
        parsed.Invoke(new InvocationConfiguration { Output = output }).ShouldBe(0);

        foreach (var example in ((Verb)parsed.CommandResult.Command).Examples)
            output.ToString().ShouldContain(example);
    }

    /// <summary>A script that a shell reads and a screen that is drawn anew have no document.</summary>
    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_verb_that_answers_does_so_in_JSON_too(string path)
    {
        var verb = Leaves(RollupsCommand.Create(), "rollups").Single(leaf => leaf.Path == path).Command;

        verb.Options.Any(option => option.Name == "--json").ShouldBe(path is not ("rollups completion" or "rollups devnet"));
    }

    [Theory]
    [InlineData("confg", "'confg'")]
    [InlineData("config", "Required command was not provided")]
    [InlineData("config import --sevice prt", "'--sevice'")]
    [InlineData("config import --service postgres", "'postgres'")]
    [InlineData("devnet --epoch-length many", "'many'")]
    [InlineData("devnet --epoch-length 1", "--epoch-length is 1: give a number of blocks from 2 to 100000.")]
    [InlineData("completion tcsh", "'tcsh'")]
    public async Task A_wrong_command_line_is_usage(string line, string words)
    {
        var answer = await CliProcess.RunAsync(line.Split(' '));

        answer.ExitCode.ShouldBe(ExitCode.Usage);
        answer.Output.ShouldBeEmpty();
        answer.ErrorLines.ShouldAllBe(error => error.StartsWith("error: ") && error.EndsWith(" --help'."));
        answer.Error.ShouldContain(words);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_unreachable()
    {
        var answer = await CliProcess.RunAsync(
            [("ROLLUPS_Ethereum__HttpEndpoint", "http://127.0.0.1:1"), ("ROLLUPS_Messaging__Transport", "rabbitmq")],
            "deploy",
            "echo"
        );

        answer.ExitCode.ShouldBe(ExitCode.Unreachable, answer.Error);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: ");
    }

    [Fact]
    public async Task A_missing_setting_is_refused()
    {
        var answer = await CliProcess.RunAsync("deploy", "echo");

        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldStartWith("error: Ethereum:HttpEndpoint is not set");
    }

    /// <summary>Bash itself runs the script, with the program under the name that the script knows.</summary>
    [Fact]
    public async Task Bash_completes_with_the_printed_script()
    {
        var script = (await CliProcess.RunAsync("completion", "bash")).Output;
        var folder = Directory.CreateTempSubdirectory("rollups-completion-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "try.sh"),
                $$"""
                rollups() { dotnet '{{Path.Combine(AppContext.BaseDirectory, "rollups.dll")}}' "$@"; }
                {{script}}
                COMP_LINE='rollups config im' COMP_POINT=17 COMP_WORDS=(rollups config im) COMP_CWORD=2
                _rollups
                echo "${COMPREPLY[@]}"
                COMP_LINE='rollups config import --service va' COMP_POINT=34 COMP_WORDS=(rollups config import --service va) COMP_CWORD=4
                _rollups
                echo "${COMPREPLY[@]}"
                """,
                TestContext.Current.CancellationToken
            );
            var answer = await CliProcess.RunProgramAsync("bash", [Path.Combine(folder.FullName, "try.sh")]);
            answer.Lines.ShouldBe(["import", "validator"], answer.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}"));
}
