using MassTransit;
using MassTransit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Consumers;
using Rollups.Messaging;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Registration;

/// <summary>The command through its queue, on MassTransit's test harness: what was consumed, answered and announced.</summary>
public sealed class RegisterApplicationOnHarnessTests : IAsyncLifetime
{
    private static readonly Address App = FakeChain.AddressOf(1);
    private ServiceHost _host = null!;
    private ITestHarness _harness = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // In a flow of its own: a bus keeps the log context that it was built in.
    public async ValueTask InitializeAsync() =>
        await Task.Run(async () =>
        {
            _host = await ReaderService.CreateAsync(setup => setup.OnHarness());
            _host
                .Chain.Deploy(App)
                .Says("getTemplateHash()", FakeChain.Words(AbiValue.Of(FakeChain.HashOf("template"))))
                .Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(8))))
                .Says("getDataAvailability()", FakeChain.Words(AbiValue.Of(DataAvailability.InputBox(FakeChain.AddressOf(9)))))
                .Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(6ul)));
            var consensus = _host
                .Chain.Deploy(FakeChain.AddressOf(8))
                .Says("getEpochLength()", FakeChain.Words(AbiValue.Of(10ul)))
                .Says("owner()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(4))));
            consensus.Supports(ConsensusContract.ConsensusInterface);
            _host.Chain.Deploy(FakeChain.AddressOf(9)).Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(5ul)));
            _harness = _host.Harness;
            await _harness.Start();
        });

    public async ValueTask DisposeAsync()
    {
        await _harness.Stop(CancellationToken.None);
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task The_command_is_answered_and_the_new_application_announced_to_the_reader_itself()
    {
        var answer = await AskAsync("echo");

        answer.Is(out Response<ApplicationRegistration>? registered).ShouldBeTrue();
        (registered!.Message.Application, registered.Message.AlreadyRegistered).ShouldBe((App.ToString(), false));
        (
            await _harness.GetConsumerHarness<RegisterApplicationConsumer>().Consumed.SelectAsync<RegisterApplication>(Cancel).First()
        ).Exception.ShouldBeNull();
        (await _harness.Sent.Any<ApplicationRegistration>(Cancel)).ShouldBeTrue();
        (
            await _harness.GetConsumerHarness<ApplicationRegisteredConsumer>().Consumed.SelectAsync<AppRegistered>(Cancel).First()
        ).Context.Message.Application.ShouldBe(App.ToString());
    }

    [Fact]
    public async Task A_command_that_is_delivered_again_is_answered_again_and_announces_nothing_new()
    {
        await AskAsync("echo");
        await _host.Services.GetRequiredService<IOutboxMonitor>().WaitUntilEmptyAsync(Cancel);

        var again = await AskAsync("echo");

        again.Is(out Response<ApplicationRegistration>? registered).ShouldBeTrue();
        registered!.Message.AlreadyRegistered.ShouldBeTrue();
        (await _host.ReadAsync(db => db.Applications.CountAsync(Cancel))).ShouldBe(1);
        (await _host.EventsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_no_fault()
    {
        var answer = await AskAsync("Not A Name");

        answer.Is(out Response<RegistrationRefused>? refused).ShouldBeTrue();
        refused!.Message.Reason.ShouldStartWith("'Not A Name' is not a name");
        (await _harness.Consumed.SelectAsync<RegisterApplication>(Cancel).First()).Exception.ShouldBeNull();
    }

    private Task<Response<ApplicationRegistration, RegistrationRefused>> AskAsync(string name) =>
        _harness
            .Bus.CreateRequestClient<RegisterApplication>(CommandQueues.AddressOf(CommandQueues.RegisterApplication))
            .GetResponse<ApplicationRegistration, RegistrationRefused>(
                new RegisterApplication
                {
                    Name = name,
                    Application = App.ToString(),
                    TemplateUri = "echo:",
                },
                Cancel
            );
}
