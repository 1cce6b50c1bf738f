using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Claimer.Tests;

public sealed class ClaimerRegistrationTests
{
    [Fact]
    public void Submission_without_a_key_is_refused_with_the_remedy()
    {
        var refusal = Should.Throw<OperatorException>(() => Add(("Signer:Kind", "none")));

        refusal.Message.ShouldContain("Signer:Kind");
        refusal.Message.ShouldContain("Services:Claimer:SubmissionEnabled");
    }

    [Fact]
    public void A_malformed_key_is_refused_without_repeating_it() =>
        Should
            .Throw<OperatorException>(() => Add(("Signer:Kind", "private-key"), ("Signer:PrivateKey", "0xc0ffee")))
            .Message.ShouldNotContain("c0ffee");

    [Fact]
    public void Reader_mode_needs_no_key() =>
        Add(("Services:Claimer:SubmissionEnabled", "false"))
            .ShouldNotContain(service => service.ServiceType == typeof(ITransactionSigner));

    [Theory]
    [InlineData("RebroadcastAfterBlocks", "0")]
    [InlineData("MaxReverted", "101")]
    [InlineData("ReplaceAfterBlocks", "0")]
    [InlineData("MaxReplacements", "-1")]
    [InlineData("ReplacementFeePercent", "9")]
    [InlineData("MaxFeePerGasGwei", "0")]
    [InlineData("BalanceWarningEther", "-1")]
    [InlineData("BalanceInterval", "00:00:00")]
    public void An_option_out_of_its_range_is_refused_by_name(string option, string value)
    {
        var refusal = Should.Throw<OperatorException>(() => Add(("Signer:Kind", "private-key"), ($"Transactions:{option}", value)));

        refusal.Message.ShouldContain($"Transactions:{option} is {value}");
    }

    private static ServiceCollection Add(params IEnumerable<(string Key, string Value)> settings)
    {
        var services = new ServiceCollection();
        services.AddClaimer(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings
                        .Append(("Ethereum:ChainId", "31337"))
                        .Select(setting => new KeyValuePair<string, string?>(setting.Item1, setting.Item2))
                )
                .Build()
        );
        return services;
    }
}
