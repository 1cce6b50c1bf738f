using Rollups.Cli.Config;

namespace Rollups.Cli.Tests.Config;

public sealed class GoTranslationTests
{
    [Theory]
    [InlineData("number", "31337", "31337")]
    [InlineData("number", "0x7a69", "31337")]
    [InlineData("number", "007", "7")]
    [InlineData("boolean", "T", "true")]
    [InlineData("boolean", "0", "false")]
    [InlineData("opposite", "true", "false")]
    [InlineData("seconds", "12", "00:00:12")]
    [InlineData("seconds", "0.5", "00:00:00.5")]
    [InlineData("seconds", "90000", "1.01:00:00")]
    // The Go node appends the s itself.
    [InlineData("seconds", "1m30", "00:01:30")]
    [InlineData("seconds", "500m", "00:00:00.5")]
    [InlineData("block-tag", "safe", "safe")]
    [InlineData("log-level", "warn", "Warning")]
    [InlineData("signer-kind", "private_key_file", "private-key-file")]
    [InlineData("signer-kind", "aws", "aws-kms")]
    [InlineData("listen-address", ":10000", "0.0.0.0:10000")]
    [InlineData("listen-address", "localhost:10000", "127.0.0.1:10000")]
    [InlineData("listen-address", "[::1]:10000", "[::1]:10000")]
    [InlineData("http-url", "http://127.0.0.1:8545", "http://127.0.0.1:8545")]
    [InlineData("ws-url", "wss://node.example/", "wss://node.example/")]
    [InlineData("path", "/run/secrets/key", "/run/secrets/key")]
    [InlineData("text", "alias/rollups", "alias/rollups")]
    public void A_value_becomes_ours(string translation, string theirs, string ours) =>
        GoTranslations.Translate(translation, theirs).ShouldBe(Translated.Of(ours));

    [Theory]
    [InlineData("number", "-1")]
    [InlineData("number", "18446744073709551616")]
    [InlineData("boolean", "yes")]
    [InlineData("seconds", "2s")]
    [InlineData("seconds", "-3")]
    [InlineData("seconds", "99999999999999")]
    [InlineData("block-tag", "Finalized")]
    [InlineData("log-level", "trace")]
    [InlineData("signer-kind", "private-key")]
    [InlineData("listen-address", "node.example:10000")]
    [InlineData("listen-address", "127.0.0.1")]
    [InlineData("listen-address", "127.0.0.1:99999")]
    public void A_wrong_value_is_repeated_with_the_remedy(string translation, string text)
    {
        var problem = GoTranslations.Translate(translation, text).Problem;
        problem.ShouldNotBeNull().ShouldStartWith($"is '{text}': ");
        problem.ShouldEndWith(".");
    }

    [Theory]
    [InlineData("http-url", "ftp://hunter2.example")]
    [InlineData("http-url", "hunter2")]
    [InlineData("ws-url", "https://user:hunter2@node.example")]
    [InlineData("private-key", "0xhunter2")]
    [InlineData("mnemonic", "hunter2 test test")]
    [InlineData("database-url", "host=db password=hunter2")]
    [InlineData("database-url", "postgres://user:hunter2@db/rollups?sslmode=hunter2")]
    [InlineData("database-url", "postgres://user:hunter2@db/rollups?krbsrvname=hunter2")]
    [InlineData("database-url", "postgres://user:hun#ter2@db/rollups")]
    [InlineData("database-url", "postgres://user:hunter2@/rollups")]
    public void A_wrong_value_that_may_be_a_secret_is_not_repeated(string translation, string text)
    {
        var translated = GoTranslations.Translate(translation, text);
        translated.Problem.ShouldNotBeNull().ShouldNotContain("hunter2");
        (translated.Value ?? translated.Secret).ShouldBeNull();
    }

    /// <summary>Such as a key in the variable for its file.</summary>
    [Theory]
    [InlineData("path", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("path", "test test test test test test test test test test test junk")]
    [InlineData("number", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("text", "test test test test test test test test test test test junk")]
    public void A_secret_in_the_wrong_variable_is_not_repeated(string translation, string text)
    {
        var translated = GoTranslations.Translate(translation, text);
        translated.ShouldBe(Translated.Wrong("holds what looks like a key or a mnemonic: give what the variable is for."));
    }

    [Theory]
    [InlineData("http-url", "https://mainnet.example/v3/hunter2", "https://mainnet.example/v3/hunter2")]
    [InlineData("http-url", "https://user:hunter2@node.example", "https://user:hunter2@node.example")]
    [InlineData("ws-url", "wss://node.example?key=hunter2", "wss://node.example?key=hunter2")]
    [InlineData("mnemonic", "  a  b c d e f g h i j k l ", "a b c d e f g h i j k l")]
    [InlineData(
        "private-key",
        "AC0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0xAC0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    )]
    public void A_secret_is_hidden(string translation, string theirs, string ours) =>
        GoTranslations.Translate(translation, theirs).ShouldBe(Translated.Hidden(ours));

    [Theory]
    [InlineData("postgres://db/rollups", "Host=db;Database=rollups")]
    [InlineData("postgresql://node@db:5433/rollups", "Host=db;Port=5433;Database=rollups;Username=node")]
    [InlineData(
        "postgres://a:5432,b:5433/r?target_session_attrs=read-write",
        "Host=a:5432,b:5433;Database=r;Target Session Attributes=read-write"
    )]
    [InlineData(
        "postgres://[::1]:5432/r?sslmode=verify-full&sslrootcert=/ca%20file",
        "Host=[::1];Port=5432;Database=r;SSL Mode=VerifyFull;Root Certificate=\"/ca file\""
    )]
    [InlineData("postgres://no%40de:p@ss@db/r", "Host=db;Database=r;Username=no@de")]
    [InlineData("postgres://db/r?pool_max_conns=72&connect_timeout=5", "Host=db;Database=r;Maximum Pool Size=72;Timeout=5")]
    public void A_database_URL_becomes_a_connection_string(string url, string connection)
    {
        var translated = GoTranslations.Translate("database-url", url).Value.ShouldNotBeNull();
        var (found, wanted) = (new Npgsql.NpgsqlConnectionStringBuilder(translated), new Npgsql.NpgsqlConnectionStringBuilder(connection));
        found.ConnectionString.ShouldBe(wanted.ConnectionString);
    }

    [Fact]
    public void The_password_of_a_database_is_a_secret_and_the_rest_is_not()
    {
        var translated = GoTranslations.Translate("database-url", "postgres://n%40de:p%3Bss%20'w\"ord@db:5432/rollups");
        translated.Problem.ShouldBeNull();
        translated.Value.ShouldBe("Host=db;Port=5432;Database=rollups;Username=n@de");
        new Npgsql.NpgsqlConnectionStringBuilder(translated.Secret).Password.ShouldBe("p;ss 'w\"ord");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("number")]
    [InlineData("seconds")]
    [InlineData("http-url")]
    [InlineData("database-url")]
    [InlineData("private-key")]
    public void A_huge_value_is_refused_without_being_repeated(string translation) =>
        GoTranslations.Translate(translation, new string('9', 1_000_000)).Problem.ShouldBe("has 1000000 characters: give 4096 at most.");

    [Fact]
    public void A_long_wrong_value_is_clipped() =>
        GoTranslations.Translate("number", new string('x', 3000)).Problem!.Length.ShouldBeLessThan(160);

    [Fact]
    public void A_line_break_is_refused() =>
        GoTranslations.Translate("text", "a\nROLLUPS_X=b").Problem.ShouldNotBeNull().ShouldContain("line break");
}
