using Rollups.Cli.Config;
using Rollups.Settings;

namespace Rollups.Cli.Tests.Config;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("CARTESI_A=value", "value")]
    [InlineData("  CARTESI_A = value  ", "value")]
    [InlineData("export CARTESI_A=value", "value")]
    [InlineData("declare -x CARTESI_A=\"value\"", "value")]
    [InlineData("CARTESI_A=test test junk", "test test junk")]
    [InlineData("CARTESI_A=value # comment", "value")]
    [InlineData("CARTESI_A=va#lue", "va#lue")]
    [InlineData("CARTESI_A='a # b'  # comment", "a # b")]
    [InlineData("CARTESI_A='$HOME \"x\"'", "$HOME \"x\"")]
    [InlineData("CARTESI_A=\"a \\\"b\\\" \\$c\"", "a \"b\" $c")]
    [InlineData("CARTESI_A='it'\\''s'", "it's")]
    [InlineData("CARTESI_A=", "")]
    [InlineData("CARTESI_A=''", "")]
    [InlineData("CARTESI_A= # nothing", "")]
    [InlineData("CARTESI_A=100$", "100$")]
    [InlineData("CARTESI_A=a=b&c=d", "a=b&c=d")]
    public void A_line_has_a_value(string line, string value) => Parse(line).Variables["CARTESI_A"].ShouldBe(value);

    [Fact]
    public void A_file_has_comments_empty_lines_other_lines_and_any_line_ending()
    {
        var source = Parse("\uFEFF# a comment\r\n\r\nset -a\r\nif true; then\nOTHER=1\rCARTESI_A=2\r\nfi\n");
        source.Variables.ShouldBe(new Dictionary<string, string> { ["OTHER"] = "1", ["CARTESI_A"] = "2" }, ignoreOrder: true);
        source.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void A_shell_line_may_have_several_assignments() =>
        Parse("export CARTESI_A=http://127.0.0.1:1 CARTESI_B='2 3' # both")
            .Variables.ShouldBe(
                new Dictionary<string, string> { ["CARTESI_A"] = "http://127.0.0.1:1", ["CARTESI_B"] = "2 3" },
                ignoreOrder: true
            );

    [Fact]
    public void A_value_may_refer_to_an_earlier_one()
    {
        var source = Parse("CARTESI_A='x y'\nCARTESI_B=\"$CARTESI_A\"\nCARTESI_C=${CARTESI_B}z");
        source.Variables["CARTESI_B"].ShouldBe("x y");
        source.Variables["CARTESI_C"].ShouldBe("x yz");
    }

    [Fact]
    public void Of_a_name_that_occurs_twice_the_last_counts()
    {
        var source = Parse("CARTESI_A=1\nOTHER=1\n\nCARTESI_A=2\nOTHER=2");
        source.Variables["CARTESI_A"].ShouldBe("2");
        source.Notes.ShouldHaveSingleItem().ShouldBe(("CARTESI_A", "is set in line 1 and again in line 4: line 4 counts."));
    }

    [Theory]
    [InlineData("CARTESI_A='hunter2", "a quote is not closed")]
    [InlineData("CARTESI_A=\"hunter2", "a quote is not closed")]
    [InlineData("CARTESI_A='hunter2' more", "more behind the closing quote")]
    [InlineData("CARTESI_A hunter2", "write NAME=VALUE")]
    [InlineData("CARTESI_A=${hunter2:-x}", "only a shell can expand")]
    [InlineData("CARTESI_A=$(cat hunter2)", "only a shell can expand")]
    [InlineData("CARTESI_A=hun$ter2hunter2", "a variable that is not set")]
    public void A_line_that_cannot_be_understood_is_named_by_its_number(string line, string words)
    {
        var message = Should.Throw<OperatorException>(() => Parse($"# first\n{line}")).Message;
        message.ShouldStartWith("Line 2 of 'go.env' cannot be understood: ");
        message.ShouldContain(words);
        message.ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_missing_file_and_a_huge_one_are_refused()
    {
        Should.Throw<OperatorException>(() => EnvironmentFile.Read("/nowhere/go.env")).Message.ShouldContain("cannot be read");
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('x', (1 << 20) + 1));
            Should.Throw<OperatorException>(() => EnvironmentFile.Read(path)).Message.ShouldContain("larger than 1 MiB");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static EnvironmentSource Parse(string text) => EnvironmentFile.Parse("go.env", text);
}
