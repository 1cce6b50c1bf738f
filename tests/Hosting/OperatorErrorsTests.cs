using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Hosting.Tests;

public sealed class OperatorErrorsTests
{
    public static TheoryData<Exception, string> Known =>
        new()
        {
            { new OperatorException("The value is wrong: mend it."), "The value is wrong: mend it." },
            {
                new OptionsValidationException("x", typeof(object), ["A is 1: give 2.", "B is 3: give 4."]),
                "A is 1: give 2. B is 3: give 4."
            },
            {
                new OperatorException("Ethereum:ChainId is 1, but the endpoint serves chain 2."),
                "Ethereum:ChainId is 1, but the endpoint serves chain 2."
            },
            {
                new EthereumRpcException("eth_chainId", -32601, "no such method"),
                "The L1 endpoint refused a request at start: eth_chainId: no such method (code -32601) Check Ethereum:HttpEndpoint."
            },
            { new FormatException("'0x1' is not an Ethereum address"), "'0x1' is not an Ethereum address." },
            { new AggregateException(new FormatException("'0x1' is not a hash.")), "'0x1' is not a hash." },
            { new InvalidOperationException("outer", new OperatorException("Inner sentence.")), "Inner sentence." },
        };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_known_failure_is_one_sentence_and_exit_code_1(Exception exception, string sentence)
    {
        using var error = new StringWriter();
        OperatorErrors.Report(exception, error).ShouldBe(OperatorErrors.ExitCode);
        error.ToString().ShouldBe($"error: {sentence}{Environment.NewLine}");
    }

    [Fact]
    public void A_malformed_private_key_is_told_without_the_key()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Signer:Kind"] = "private-key", ["Signer:PrivateKey"] = "0xc0ffee" })
            .Build();
        var failure = Should.Throw<OperatorException>(() => new ServiceCollection().AddEthereumSigner(configuration));
        var sentence = OperatorErrors.Describe(failure).ShouldNotBeNull();
        sentence.ShouldContain("Signer:PrivateKey is not a private key");
        sentence.ShouldNotContain("c0ffee");
    }

    [Fact]
    public void An_unreachable_endpoint_is_told_with_its_host_alone()
    {
        var sentence = OperatorErrors.Describe(
            new EthereumUnreachableException("eth_chainId", "127.0.0.1:1", new HttpRequestException("Connection refused"))
        );
        sentence.ShouldNotBeNull().ShouldContain("127.0.0.1:1");
    }

    [Fact]
    public void A_value_that_cannot_be_converted_is_named_with_its_key()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Health:Enabled"] = "perhaps" })
            .Build();
        var failure = Should.Throw<OperatorException>(() =>
            new ServiceCollection().AddValidatedOptions<HealthOptions>(configuration.GetSection("Health"))
        );
        OperatorErrors.Describe(failure).ShouldBe("Health:Enabled is 'perhaps': use true or false.");
    }

    [Fact]
    public void An_unknown_failure_stays_on_one_line_with_its_own_exit_code()
    {
        using var error = new StringWriter();
        OperatorErrors.Report(new InvalidDataException("first line\nsecond line"), error).ShouldBe(OperatorErrors.UnexpectedExitCode);
        error.ToString().TrimEnd().ShouldNotContain("\n");
        error.ToString().ShouldContain("InvalidDataException: first line second line.");
    }
}
