using Rollups.Cli.Output;

namespace Rollups.Cli.Tests.Output;

/// <summary>Errors and notes on a terminal.</summary>
public sealed class WordWrapTests
{
    [Theory]
    [InlineData("error: too long for it", "error: too|long for|it")]
    [InlineData("short", "short")]
    [InlineData("", "")]
    [InlineData("in 0x5cf8b2aa8a7d block", "in|0x5cf8b2aa8a7d|block")]
    [InlineData("1234567890 1", "1234567890|1")]
    public void A_line_breaks_between_words_and_a_long_word_stays_whole(string line, string lines)
    {
        using var terminal = new StringWriter { NewLine = "|" };
        using var wrapped = new WordWrap(terminal, 10);

        wrapped.WriteLine(line);

        terminal.ToString().ShouldBe(lines + "|");
    }
}
