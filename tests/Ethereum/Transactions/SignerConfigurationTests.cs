using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class SignerConfigurationTests
{
    // Account 0 of the well-known test mnemonic.
    private const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string Account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    private const string Junk = "test test test test test test test test test test test junk";

    [Theory]
    [InlineData("private-key", "PrivateKey", Key)]
    [InlineData("mnemonic", "Mnemonic", Junk)]
    public async Task A_key_gives_its_account_and_the_account_is_logged_once_without_the_key(string kind, string setting, string secret)
    {
        var log = new RecordedLog();
        await using var services = Services(log, ("Kind", kind), (setting, secret)).BuildServiceProvider();

        await services.ConnectEthereumSignerAsync(TestContext.Current.CancellationToken);
        services.GetRequiredService<ITransactionSigner>().Address.ToString().ShouldBe(Account);

        Texts(log).ShouldBe([$"The node signs transactions with {Account} ({kind}); this account needs ether for gas."]);
    }

    [Theory]
    [InlineData("private-key-file", "PrivateKeyFile", Key)]
    [InlineData("mnemonic-file", "MnemonicFile", Junk)]
    public async Task A_key_is_read_from_a_file_and_one_that_is_open_to_others_is_told(string kind, string setting, string secret)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, secret + "\n", TestContext.Current.CancellationToken);
            foreach (
                var (mode, warnings) in new[]
                {
                    (UnixFileMode.UserRead, 0),
                    (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, 1),
                }
            )
            {
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, mode);
                var log = new RecordedLog();
                await using var services = Services(log, ("Kind", kind), (setting, path)).BuildServiceProvider();
                await services.ConnectEthereumSignerAsync(TestContext.Current.CancellationToken);
                services.GetRequiredService<ITransactionSigner>().Address.ToString().ShouldBe(Account);
                Texts(log).Count.ShouldBe(1 + warnings);
                Texts(log).Where(line => line.Contains("(mode 640): restrict it with chmod 600")).Count().ShouldBe(warnings);
                Texts(log).ShouldAllBe(line => !line.Contains(secret));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_index_chooses_the_account_of_the_mnemonic()
    {
        await using var services = Services(new RecordedLog(), ("Kind", "mnemonic"), ("Mnemonic", Junk), ("AccountIndex", "1"))
            .BuildServiceProvider();
        services.GetRequiredService<ITransactionSigner>().Address.ToString().ShouldBe("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
    }

    [Fact]
    public async Task A_key_in_KMS_gives_its_account_when_it_is_connected()
    {
        await using var kms = await FakeKms.StartAsync();
        // The SDK's own way to credentials; they are nobody's.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "id");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        var log = new RecordedLog();
        await using var services = Services(
                log,
                ("Kind", "aws-kms"),
                ("AwsKmsKeyId", "alias/claims"),
                ("AwsEndpoint", kms.Url),
                ("AwsRegion", "eu-central-1")
            )
            .BuildServiceProvider();

        await services.ConnectEthereumSignerAsync(TestContext.Current.CancellationToken);

        Texts(log)
            .ShouldBe([
                $"The node signs transactions with {services.GetRequiredService<ITransactionSigner>().Address} (aws-kms); "
                    + "this account needs ether for gas.",
            ]);
    }

    [Fact]
    public void Services_that_share_the_account_share_the_signer()
    {
        var services = Services(new RecordedLog(), ("Kind", "private-key"), ("PrivateKey", Key));
        services.AddEthereumSigner(new ConfigurationBuilder().Build());
        services.Count(service => service.ServiceType == typeof(ITransactionSigner)).ShouldBe(1);
    }

    [Theory]
    [InlineData(
        "none",
        "",
        "Signer:Kind is none, but the node is to submit claims: set Signer:Kind to private-key, private-key-file, mnemonic, "
            + "mnemonic-file or aws-kms"
    )]
    [InlineData("", "", "Signer:Kind is none, but the node is to submit claims")]
    [InlineData(
        "none",
        "PrivateKey=" + Key,
        "Signer:Kind is none, but Signer:PrivateKey is set: set Signer:Kind to private-key to sign with it, or remove it."
    )]
    [InlineData(
        "none",
        "AccountIndex=0",
        "Signer:Kind is none, but Signer:AccountIndex is set: set Signer:Kind to mnemonic or mnemonic-file to sign with it, or remove it."
    )]
    [InlineData("ledger", "", "Signer:Kind is 'ledger': use none, private-key, private-key-file, mnemonic, mnemonic-file or aws-kms.")]
    [InlineData(
        "private-key",
        "PrivateKey=" + Key + "|MnemonicFile=/a|AwsKmsKeyId=b",
        "Signer:Kind is private-key, but Signer:MnemonicFile and Signer:AwsKmsKeyId are set too"
    )]
    [InlineData("mnemonic", "Mnemonic=" + Junk + "|PrivateKey=" + Key, "Signer:Kind is mnemonic, but Signer:PrivateKey is set too")]
    [InlineData("private-key", "PrivateKey=" + Key + "|AccountIndex=1", "Signer:Kind is private-key, but Signer:AccountIndex is set too")]
    [InlineData("private-key", "", "Signer:PrivateKey is empty: give the private key as 0x and 64 hex digits.")]
    [InlineData(
        "private-key",
        "PrivateKey=ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits"
    )]
    [InlineData(
        "private-key",
        "PrivateKey=0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8",
        "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits"
    )]
    [InlineData(
        "private-key",
        "PrivateKey=0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ffzz",
        "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits"
    )]
    [InlineData(
        "private-key",
        "PrivateKey=0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "Signer:PrivateKey is not a private key: the number is zero or not below the order"
    )]
    [InlineData("private-key-file", "", "Signer:PrivateKeyFile is empty: give the path of the file")]
    [InlineData(
        "private-key-file",
        "PrivateKeyFile=/no/such/file",
        "The file '/no/such/file' of Signer:PrivateKeyFile cannot be read (DirectoryNotFoundException): check the path and the permissions."
    )]
    [InlineData(
        "private-key-file",
        "PrivateKeyFile=/",
        "The file '/' of Signer:PrivateKeyFile cannot be read (UnauthorizedAccessException): check the path and the permissions."
    )]
    [InlineData(
        "private-key-file",
        "PrivateKeyFile=/dev/zero",
        "The file '/dev/zero' of Signer:PrivateKeyFile has more than 4096 characters"
    )]
    [InlineData("mnemonic", "", "Signer:Mnemonic is empty: give the mnemonic, 12 to 24 English words.")]
    [InlineData(
        "mnemonic",
        "Mnemonic=" + Junk + " junk",
        "Signer:Mnemonic is not a mnemonic: it has 13 words, and a mnemonic has 12, 15, 18, 21 or 24."
    )]
    [InlineData(
        "mnemonic",
        "Mnemonic=test test test test test test test test test test test jnuk",
        "Signer:Mnemonic is not a mnemonic: word 12 of 12 is not one of the 2048 English words"
    )]
    [InlineData(
        "mnemonic",
        "Mnemonic=junk test test test test test test test test test test test",
        "Signer:Mnemonic is not a mnemonic: its checksum is wrong"
    )]
    [InlineData("mnemonic", "Mnemonic=" + Junk + "|AccountIndex=-1", "Signer:AccountIndex is -1: give a number from 0 to 2147483647.")]
    [InlineData(
        "mnemonic",
        "Mnemonic=" + Junk + "|AccountIndex=2147483648",
        "Signer:AccountIndex is 2147483648: give a number from 0 to 2147483647."
    )]
    [InlineData(
        "mnemonic-file",
        "MnemonicFile=/no/such/file",
        "The file '/no/such/file' of Signer:MnemonicFile cannot be read (DirectoryNotFoundException)"
    )]
    [InlineData("aws-kms", "", "Signer:AwsKmsKeyId is empty: give the id, the ARN or the alias")]
    [InlineData("aws-kms", "AwsKmsKeyId=a|AwsEndpoint=nowhere", "Signer:AwsEndpoint is 'nowhere': give an http or https URL")]
    public void A_signer_that_cannot_be_is_one_sentence_that_never_holds_the_secret(string kind, string settings, string sentence)
    {
        var pairs = settings
            .Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))
            .ToList();

        var exception = Should.Throw<OperatorException>(() => Services(new RecordedLog(), [("Kind", kind), .. pairs]));

        exception.Message.ShouldStartWith(sentence);
        exception.Message.ShouldNotContain('\n');
        foreach (var (_, secret) in pairs.Where(pair => pair.Item1 is "PrivateKey" or "Mnemonic"))
        {
            exception.ToString().ShouldNotContain(secret);
            exception.ToString().ShouldNotContain(secret.StartsWith("0x", StringComparison.Ordinal) ? secret[2..^2] : "junk");
        }
    }

    private static IServiceCollection Services(RecordedLog log, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create($"Signer:{pair.Key}", (string?)pair.Value)))
            .Build();
        return new ServiceCollection().AddLogging(logging => logging.AddProvider(log)).AddEthereumSigner(configuration);
    }

    private static List<string> Texts(RecordedLog log) => [.. log.AtLeast(LogLevel.Debug)];
}
