using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class SignerConfigurationTests
{
    // Account 0 of the well-known test mnemonic.
    private const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string Account = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    [Fact]
    public async Task A_key_gives_its_account_and_the_account_is_logged_once_without_the_key()
    {
        var log = new Lines();
        await using var services = Services(log, ("Kind", "private-key"), ("PrivateKey", Key)).BuildServiceProvider();

        services.GetRequiredService<ITransactionSigner>().Address.ToString().ShouldBe(Account);
        services.GetRequiredService<ITransactionSigner>().ShouldBeOfType<PrivateKeySigner>();

        log.All.ShouldBe([$"Transactions are signed by {Account} (private-key); it needs ether for gas."]);
    }

    [Fact]
    public async Task A_key_is_read_from_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Key + "\n", TestContext.Current.CancellationToken);
            await using var services = Services(new Lines(), ("Kind", "private-key-file"), ("PrivateKeyFile", path)).BuildServiceProvider();
            services.GetRequiredService<ITransactionSigner>().Address.ToString().ShouldBe(Account);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("none", "", "Signer:Kind is none, but claims are to be submitted")]
    [InlineData("", "", "Signer:Kind is none, but claims are to be submitted")]
    [InlineData("ledger", "", "Signer:Kind is 'ledger': use none, private-key or private-key-file.")]
    [InlineData("private-key", "", "Signer:PrivateKey is empty: give the private key as 0x and 64 hex digits.")]
    [InlineData("private-key", "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits")]
    [InlineData("private-key", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8", "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits")]
    [InlineData("private-key", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ffzz", "Signer:PrivateKey is not a private key: expected 0x and 64 hex digits")]
    [InlineData("private-key", "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "Signer:PrivateKey is not a private key: the number is zero or not below the order")]
    [InlineData("private-key-file", "", "Signer:PrivateKeyFile is empty: give the path of the file")]
    [InlineData("private-key-file", "/no/such/file", "The file '/no/such/file' of Signer:PrivateKeyFile cannot be read (DirectoryNotFoundException): check the path and the permissions.")]
    [InlineData("private-key-file", "/", "The file '/' of Signer:PrivateKeyFile cannot be read (UnauthorizedAccessException): check the path and the permissions.")]
    public void A_signer_that_cannot_be_is_one_sentence_that_never_holds_the_key(string kind, string value, string sentence)
    {
        var exception = Should.Throw<SignerException>(() => Services(new Lines(), ("Kind", kind), ("PrivateKey", value), ("PrivateKeyFile", value)));

        exception.Message.ShouldStartWith(sentence);
        if (kind == "private-key" && value.Length > 0)
            exception.ToString().ShouldNotContain(value[2..^2]);
    }

    private static IServiceCollection Services(Lines log, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create($"Signer:{pair.Key}", (string?)pair.Value))).Build();
        return new ServiceCollection().AddLogging(logging => logging.AddProvider(log)).AddEthereumSigner(configuration);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
