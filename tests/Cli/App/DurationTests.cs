using Rollups.Cli.App;

namespace Rollups.Cli.Tests.App;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("11s", 11_000)]
    [InlineData("90s", 90_000)]
    [InlineData("3m", 180_000)]
    [InlineData("2h", 7_200_000)]
    public void A_time_with_its_unit_is_read(string text, ulong milliseconds)
    {
        Duration.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1d")]
    [InlineData("18446744073709551615h")]
    public void Anything_else_is_not(string text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(1, "1ms")]
    [InlineData(1_500, "1500ms")]
    [InlineData(90_000, "90s")]
    [InlineData(180_000, "3m")]
    [InlineData(7_200_000, "2h")]
    public void A_time_is_written_in_its_largest_whole_unit(ulong milliseconds, string text) => Duration.Text(milliseconds).ShouldBe(text);

    [Theory]
    [InlineData("00:00:00.5", "less than a second")]
    [InlineData("00:00:20", "20 s")]
    [InlineData("00:03:20", "3 min 20 s")]
    [InlineData("05:03:20", "5 h 3 min")]
    [InlineData("2.04:00:00", "2 d 4 h")]
    public void How_long_something_lasts_is_told_in_two_units(string time, string text) =>
        Duration.Text(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(text);
}
