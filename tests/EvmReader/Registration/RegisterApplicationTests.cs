using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Registration;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Registration;

public sealed class RegisterApplicationTests : IAsyncLifetime
{
    private static readonly Address App = FakeChain.AddressOf(1);
    private static readonly Address Consensus = FakeChain.AddressOf(8);
    private static readonly Address InputBox = FakeChain.AddressOf(9);
    private static readonly Hash32 Template = FakeChain.HashOf("template");
    private ServiceHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ReaderService.CreateAsync();
        DeployApplication();
        DeployConsensus(quorum: false);
        _host.Chain.Deploy(InputBox).Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(5ul)));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false, "AUTHORITY")]
    [InlineData(true, "QUORUM")]
    public async Task An_application_is_checked_stored_and_announced(bool quorum, string kind)
    {
        DeployConsensus(quorum);
        var answer = await RegisterAsync(Command());
        (answer.AlreadyRegistered, answer.ConsensusType, answer.Consensus, answer.EpochLength).ShouldBe(
            (false, kind, Consensus.ToString(), 10ul)
        );
        var app = await _host.ApplicationAsync("echo");
        (app.Address, app.InputBoxAddress, app.InputBoxBlock, app.DeploymentBlock, app.TemplateHash, app.EpochLength, app.State).ShouldBe(
            (App, InputBox, 5ul, 6ul, Template, 10ul, ApplicationState.Enabled)
        );
        (await _host.EventsAsync()).ShouldBe(["AppRegistered"]);
    }

    [Fact]
    public async Task An_equal_command_changes_nothing_and_does_not_need_L1()
    {
        await RegisterAsync(Command());
        _host.Chain.Unreachable = new EthereumUnreachableException("eth_getCode", "127.0.0.1:1", new TimeoutException("no answer"));
        (await RegisterAsync(Command())).AlreadyRegistered.ShouldBeTrue();
        (await RegisterAsync(Command() with { TemplateHash = null })).AlreadyRegistered.ShouldBeTrue();
        (await _host.EventsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_conflicting_command_is_refused_with_both_values()
    {
        await RegisterAsync(Command());
        (await RefusedAsync(Command() with { Name = "other" })).ShouldContain("under the name 'echo', not 'other'");
        (await RefusedAsync(Command() with { Application = FakeChain.AddressOf(3).ToString() })).ShouldContain(
            $"belongs to the application {App} already, not to {FakeChain.AddressOf(3)}"
        );
        (await RefusedAsync(Command() with { TemplateHash = Hash32.Zero.ToString() })).ShouldContain(
            $"template hash {Template}, not {Hash32.Zero}"
        );
        (await RefusedAsync(Command() with { TemplateUri = "http://localhost" })).ShouldContain("'echo:', not 'http://localhost'");
    }

    [Theory]
    [InlineData("Echo")]
    [InlineData("ec")]
    [InlineData("echo app")]
    [InlineData("")]
    public async Task A_bad_name_is_refused(string name) =>
        (await RefusedAsync(Command() with { Name = name })).ShouldStartWith($"'{name}' is not a name for an application");

    [Fact]
    public async Task Malformed_values_are_refused_by_name()
    {
        (await RefusedAsync(Command() with { Application = "0x12" })).ShouldStartWith("'0x12' is not the address of an application");
        (await RefusedAsync(Command() with { TemplateHash = "0x12" })).ShouldStartWith("'0x12' is not a template hash");
        (await RefusedAsync(Command() with { TemplateUri = " " })).ShouldStartWith("No machine is given");
    }

    [Fact]
    public async Task An_address_without_code_is_refused() =>
        (await RefusedAsync(Command() with { Application = FakeChain.AddressOf(3).ToString() })).ShouldStartWith(
            $"There is no contract at {FakeChain.AddressOf(3)}"
        );

    [Fact]
    public async Task A_contract_that_is_no_application_is_refused()
    {
        _host.Chain.Deploy(App);
        (await RefusedAsync(Command())).ShouldBe(
            $"The contract at {App} is not an Application of @cartesi/rollups 2.2.0: getTemplateHash() has no answer."
        );
        DeployApplication().Says("getOutputsMerkleRootValidator()", [1, 2, 3]);
        (await RefusedAsync(Command())).ShouldContain("getOutputsMerkleRootValidator() answers something else");
        DeployApplication().Says("getDeploymentBlockNumber()", null);
        (await RefusedAsync(Command())).ShouldContain("getDeploymentBlockNumber() has no answer");
    }

    [Fact]
    public async Task Another_template_hash_than_the_one_on_chain_is_refused() =>
        (await RefusedAsync(Command() with { TemplateHash = Hash32.Zero.ToString() })).ShouldContain(
            $"was deployed with template hash {Template}, but {Hash32.Zero} was given"
        );

    [Fact]
    public async Task Another_data_availability_is_refused()
    {
        DeployApplication().Says("getDataAvailability()", FakeChain.Words(AbiValue.Of([1, 2, 3, 4])));
        (await RefusedAsync(Command())).ShouldContain("does not take its inputs from an InputBox (data availability 0x01020304)");
    }

    [Fact]
    public async Task An_InputBox_without_code_or_deployment_block_is_refused()
    {
        _host.Chain.Deploy(InputBox).Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(0ul)));
        (await RefusedAsync(Command())).ShouldContain("deployed in block 0");
        DeployApplication()
            .Says("getDataAvailability()", FakeChain.Words(AbiValue.Of(DataAvailability.InputBox(FakeChain.AddressOf(66)))));
        (await RefusedAsync(Command())).ShouldStartWith($"There is no contract at {FakeChain.AddressOf(66)}, the InputBox");
    }

    [Fact]
    public async Task An_unknown_consensus_is_refused()
    {
        _host.Chain.Deploy(Consensus).Says("getEpochLength()", FakeChain.Words(AbiValue.Of(10ul)));
        (await RefusedAsync(Command())).ShouldContain("nor a DaveConsensus of Dave 2.1");
    }

    [Theory]
    [InlineData(true, "is a DaveConsensus of Dave 3 for @cartesi/rollups 3.0.0 (validator interface 0x")]
    [InlineData(false, "is a DaveConsensus of a version that this build does not know")]
    public async Task A_consensus_of_another_Dave_is_refused_in_one_sentence_with_the_version_found_and_the_one_needed(
        bool isOf3,
        string found
    )
    {
        var contract = _host
            .Chain.Deploy(Consensus)
            .Says(
                "getCurrentSealedEpoch()",
                FakeChain.Words(AbiValue.Of(0ul), AbiValue.Of(0ul), AbiValue.Of(0ul), AbiValue.Of(FakeChain.AddressOf(5)))
            )
            .Says("getApplicationContract()", FakeChain.Words(AbiValue.Of(App)))
            .Says("getInputBox()", FakeChain.Words(AbiValue.Of(InputBox)))
            .Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(6ul)));
        contract.Supports(isOf3 ? DaveConsensusContract.OutputsMerkleRootValidatorInterfaceOf3 : 0x01ffc9a7);

        var reason = await RefusedAsync(Command());

        reason.ShouldContain(found);
        reason.ShouldContain("this build follows Dave 2.1 with @cartesi/rollups 2.2.0 (validator interface 0xe5cc8664)");
    }

    [Fact]
    public async Task A_consensus_for_rollups_3_that_seals_no_epochs_is_refused_with_that_version()
    {
        _host.Chain.Deploy(Consensus).Supports(DaveConsensusContract.OutputsMerkleRootValidatorInterfaceOf3);

        (await RefusedAsync(Command())).ShouldContain("is a contract for @cartesi/rollups 3.0.0");
    }

    [Fact]
    public async Task An_epoch_length_of_zero_is_refused()
    {
        DeployConsensus(quorum: false).Says("getEpochLength()", FakeChain.Words(AbiValue.Of(0ul)));
        (await RefusedAsync(Command())).ShouldContain("its epoch length is 0");
    }

    [Fact]
    public async Task An_unreachable_L1_refuses_and_nothing_is_half_registered()
    {
        _host.Chain.Unreachable = new EthereumUnreachableException("eth_getCode", "127.0.0.1:1", new TimeoutException("no answer"));
        (await RefusedAsync(Command())).ShouldContain("the L1 endpoint 127.0.0.1:1 cannot be reached");
    }

    [Fact]
    public async Task A_registered_application_is_read_from_the_deployment_of_its_InputBox()
    {
        _host.Chain.AddInput(InputBox, App, 5);
        _host.Chain.AddInput(InputBox, App, 50);
        await RegisterAsync(Command());
        await _host.PassAsync(60);
        (await _host.InputsAsync(await _host.ApplicationAsync("echo"))).Count.ShouldBe(2);
    }

    private static RegisterApplication Command() =>
        new()
        {
            Name = "echo",
            Application = App.ToString(),
            TemplateHash = Template.ToString(),
            TemplateUri = "echo:",
        };

    private Task<ApplicationRegistration> RegisterAsync(RegisterApplication command) =>
        _host.Services.GetRequiredService<RegisterApplicationHandler>().ExecuteAsync(command, TestContext.Current.CancellationToken);

    /// <summary>The reason; and nothing more was stored or published than before.</summary>
    private async Task<string> RefusedAsync(RegisterApplication command)
    {
        var before = await _host.ReadAsync(db => db.Applications.CountAsync());
        var reason = (await Should.ThrowAsync<RegistrationRefusedException>(() => RegisterAsync(command))).Message;
        (await _host.ReadAsync(db => db.Applications.CountAsync())).ShouldBe(before);
        (await _host.EventsAsync()).Count.ShouldBe(before);
        reason.ShouldNotContain("\n");
        return reason;
    }

    private ScriptedContract DeployApplication() =>
        _host
            .Chain.Deploy(App)
            .Says("getTemplateHash()", FakeChain.Words(AbiValue.Of(Template)))
            .Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(Consensus)))
            .Says("getDataAvailability()", FakeChain.Words(AbiValue.Of(DataAvailability.InputBox(InputBox))))
            .Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(6ul)));

    private ScriptedContract DeployConsensus(bool quorum)
    {
        var contract = _host
            .Chain.Deploy(Consensus)
            .Says("getEpochLength()", FakeChain.Words(AbiValue.Of(10ul)))
            .Says("owner()", quorum ? null : FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(4))));
        contract.Supports(ConsensusContract.ConsensusInterface);
        if (quorum)
            contract.Supports(ConsensusContract.QuorumInterface);
        return contract;
    }
}
