using CsCheck;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Registration;

/// <summary>
/// Commands that several operators send at once, that the broker delivers again, under one message id or several: each application is there
/// once, and whoever asked for the same is told the same.
/// </summary>
public sealed class UntidyCommandTests(PostgresServer postgres)
{
    private const int Iterations = 25;
    private int _applications = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>For each command the application, one of two names that it is given, and how often it is delivered.</summary>
    private static Gen<(int Application, int Name, int Copies)[]> Commands =>
        Gen.Select(Gen.Int[0, 2], Gen.Frequency((4, Gen.Const(0)), (1, Gen.Const(1))), Gen.Int[1, 3]).Array[1, 6];

    [Theory]
    [OnBothDatabases]
    public async Task Commands_repeated_in_any_order_register_each_application_once_and_equal_commands_have_equal_answers(
        DatabaseKind kind
    )
    {
        await using var host = await Task.Run(() =>
            kind == DatabaseKind.Sqlite ? ReaderService.CreateAsync() : ReaderService.CreateAsync(postgres)
        );
        await ShouldRegisterOnceAsync(host);
    }

    private async Task ShouldRegisterOnceAsync(ServiceHost host)
    {
        host.Chain.Deploy(FakeChain.AddressOf(8))
            .Says("getEpochLength()", FakeChain.Words(AbiValue.Of(10ul)))
            .Says("owner()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(4))))
            .Supports(ConsensusContract.ConsensusInterface);
        host.Chain.Deploy(FakeChain.AddressOf(9)).Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(5ul)));
        var bus = host.Services.GetRequiredService<IBusControl>();
        await Task.Run(() => bus.StartAsync(Cancel));
        await Commands.SampleAsync(
            async commands =>
            {
                var first = _applications;
                _applications += 3;
                for (var number = first; number < first + 3; number++)
                    Deploy(host.Chain, FakeChain.AddressOf(number));
                var announcedBefore = (await host.EventsAsync()).Count;

                var answers = await Task.WhenAll(
                    commands
                        .SelectMany(command => Enumerable.Repeat((Command(first, command), NewId.NextGuid()), command.Copies))
                        .Select(item => AskAsync(bus, item.Item1, item.Item2))
                );

                var asked = commands.Select(command => FakeChain.AddressOf(first + command.Application)).Distinct().ToList();
                var rows = await host.ReadAsync(db =>
                    db.Applications.AsNoTracking().Where(app => asked.Contains(app.Address)).ToListAsync(Cancel)
                );
                rows.Select(row => row.Address).ShouldBe(asked, ignoreOrder: true);
                foreach (var row in rows)
                {
                    var own = answers.Where(answer => answer.Command.Application == row.Address.ToString()).ToList();
                    var same = own.Where(answer => answer.Command.Name == row.Name)
                        .Select(answer => answer.Registration.ShouldNotBeNull())
                        .ToList();
                    same.Count(answer => !answer.AlreadyRegistered).ShouldBe(1);
                    same.Select(answer => answer with { AlreadyRegistered = true })
                        .Distinct()
                        .Single()
                        .Consensus.ShouldBe(row.ConsensusAddress.ToString());
                    own.Where(answer => answer.Command.Name != row.Name)
                        .ShouldAllBe(answer => answer.Reason!.Contains($"under the name '{row.Name}'"));
                }

                var announced = (await host.EventsAsync()).Skip(announcedBefore).ToList();
                announced.ShouldBe(Enumerable.Repeat("AppRegistered", asked.Count));
            },
            iter: Iterations,
            threads: 1
        );
        await bus.StopAsync(Cancel);
    }

    private static void Deploy(FakeChain chain, Address application) =>
        chain
            .Deploy(application)
            .Says("getTemplateHash()", FakeChain.Words(AbiValue.Of(FakeChain.HashOf("template"))))
            .Says("getOutputsMerkleRootValidator()", FakeChain.Words(AbiValue.Of(FakeChain.AddressOf(8))))
            .Says("getDataAvailability()", FakeChain.Words(AbiValue.Of(DataAvailability.InputBox(FakeChain.AddressOf(9)))))
            .Says("getDeploymentBlockNumber()", FakeChain.Words(AbiValue.Of(6ul)));

    private static RegisterApplication Command(int first, (int Application, int Name, int Copies) command) =>
        new()
        {
            Name = $"app-{first + command.Application}-{command.Name}",
            Application = FakeChain.AddressOf(first + command.Application).ToString(),
            TemplateUri = "echo:",
        };

    private static async Task<(RegisterApplication Command, ApplicationRegistration? Registration, string? Reason)> AskAsync(
        IBus bus,
        RegisterApplication command,
        Guid id
    )
    {
        var answer = await bus.CreateRequestClient<RegisterApplication>(CommandQueues.AddressOf(CommandQueues.RegisterApplication))
            .GetResponse<ApplicationRegistration, RegistrationRefused>(
                command,
                request => request.UseExecute(context => context.MessageId = id),
                Cancel
            );
        return answer.Is(out Response<ApplicationRegistration>? registered) ? (command, registered!.Message, null)
            : answer.Is(out Response<RegistrationRefused>? refused) ? (command, null, refused!.Message.Reason)
            : (command, null, null);
    }
}
