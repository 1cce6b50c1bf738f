using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Commands;

/// <summary>Operators enable and disable applications, through the queues and with the answers that a client gets.</summary>
public sealed class StateCommandTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What an operator does, and how often it is delivered.</summary>
    private static Gen<(bool Enable, int Copies)[]> Commands => Gen.Select(Gen.Bool, Gen.Int[1, 3]).Array[1, 8];

    public static TheoryData<DatabaseKind, InoperableKind> FinalKinds =>
        [.. Enum.GetValues<InoperableKind>().Where(kind => kind != InoperableKind.Failed).Select(kind => (DatabaseKind.Sqlite, kind))];

    [Theory]
    [OnBothDatabases]
    public async Task An_application_is_disabled_and_enabled_by_name_or_address_and_each_change_is_announced(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        var app = await operation.Host.AddAsync("echo", 1);

        var disabled = await operation.DisableAsync("echo");
        (disabled.Name, disabled.Application, disabled.State, disabled.AlreadyStopped, disabled.ClaimsOnTheirWay).ShouldBe(
            ("echo", app.Address.ToString(), "DISABLED", false, 0)
        );
        (await operation.DisableAsync("echo")).AlreadyStopped.ShouldBeTrue();
        (await operation.Host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Disabled);

        var enabled = await operation.EnableAsync(app.Address.ToString());
        (enabled.Name, enabled.Application, enabled.AlreadyEnabled, enabled.ClearedReason).ShouldBe(
            ("echo", app.Address.ToString(), false, null)
        );
        (await operation.EnableAsync("echo")).AlreadyEnabled.ShouldBeTrue();
        (await operation.Host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);

        await operation.UntilHeardAsync(2);
        operation.Heard.ShouldBe(["AppDisabled", "AppEnabled"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Enabling_clears_the_reason_of_a_failure_and_disabling_keeps_it(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);
        await StopAsync(operation.Host, InoperableKind.Failed);

        var disabled = await operation.DisableAsync("echo");
        (disabled.State, disabled.AlreadyStopped).ShouldBe(("INOPERABLE", true));
        (await operation.Host.ApplicationAsync("echo")).Reason.ShouldBe("the cause");

        (await operation.EnableAsync("echo")).ClearedReason.ShouldBe("the cause");
        var app = await operation.Host.ApplicationAsync("echo");
        (app.State, app.ReasonKind, app.Reason).ShouldBe((ApplicationState.Enabled, null, null));
    }

    [Theory]
    [MemberData(nameof(FinalKinds))]
    public async Task An_application_whose_fault_is_final_is_not_enabled_and_the_refusal_names_fault_and_remedy(
        DatabaseKind kind,
        InoperableKind fault
    )
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);
        await StopAsync(operation.Host, fault);

        var reason = await operation.EnableRefusedAsync("echo");

        reason.ShouldStartWith($"The application 'echo' stays stopped: {EnumNames.Of(fault)} is final.");
        reason.ShouldContain(StopRemedy.Of(fault, "echo"));
        reason.ShouldEndWith("the cause");
        (await operation.Host.ApplicationAsync("echo")).ReasonKind.ShouldBe(fault);
    }

    [Fact]
    public async Task A_command_for_an_application_that_nobody_registered_or_that_is_being_removed_is_refused()
    {
        await using var operation = await Operator.StartAsync(postgres, DatabaseKind.Sqlite);
        var going = await operation.Host.AddAsync("going", 1);
        await operation.Host.SetStateAsync(going, ApplicationState.Removing);

        (await operation.EnableRefusedAsync("none")).ShouldStartWith("No application has the name 'none'");
        (await operation.DisableRefusedAsync(FakeChain.AddressOf(7).ToString())).ShouldStartWith("No application has the address '0x");
        (await operation.EnableRefusedAsync("going")).ShouldContain("is being removed");
        (await operation.DisableRefusedAsync("going")).ShouldContain("is being removed");
    }

    /// <summary>The inbox: what a redelivered command asked for was done, and another command has followed.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task A_command_that_is_delivered_again_does_not_undo_a_later_one(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);
        var id = Guid.NewGuid();
        await operation.DisableAsync("echo", id);
        await operation.EnableAsync("echo");

        await operation.RedeliverAsync(new DisableApplication { Application = "echo" }, id);

        (await operation.Host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
        await operation.UntilHeardAsync(2);
        operation.Heard.ShouldBe(["AppDisabled", "AppEnabled"]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Commands_one_after_the_other_leave_what_the_last_one_asked_for_however_often_each_comes(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);
        await Commands.SampleAsync(
            async commands =>
            {
                foreach (var (enable, copies) in commands)
                {
                    var id = Guid.NewGuid();
                    await (enable ? operation.EnableAsync("echo", id) : (Task)operation.DisableAsync("echo", id));
                    for (var copy = 1; copy < copies; copy++)
                        await (
                            enable
                                ? operation.RedeliverAsync(new EnableApplication { Application = "echo" }, id)
                                : operation.RedeliverAsync(new DisableApplication { Application = "echo" }, id)
                        );
                }

                (await operation.Host.ApplicationAsync("echo")).State.ShouldBe(
                    commands[^1].Enable ? ApplicationState.Enabled : ApplicationState.Disabled
                );
            },
            iter: 10,
            threads: 1
        );
    }

    [Theory]
    [OnBothDatabases]
    public async Task Commands_at_once_are_decided_one_after_the_other_and_every_change_has_its_event(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(async number =>
                    number % 2 == 0
                        ? !(await operation.DisableAsync("echo")).AlreadyStopped
                        : !(await operation.EnableAsync("echo")).AlreadyEnabled
                )
        );

        var changes = answers.Count(changed => changed);
        await operation.UntilHeardAsync(changes);
        operation.Heard.ShouldBe(Enumerable.Range(0, changes).Select(number => number % 2 == 0 ? "AppDisabled" : "AppEnabled"));
        (await operation.Host.ApplicationAsync("echo")).State.ShouldBe(
            changes % 2 == 0 ? ApplicationState.Enabled : ApplicationState.Disabled
        );
        // A delivered message leaves the outbox after it was heard.
        await operation.Host.Services.GetRequiredService<IOutboxMonitor>().WaitUntilEmptyAsync(Cancel);
        operation.Heard.Count.ShouldBe(changes);
    }

    private static Task<int> StopAsync(ServiceHost host, InoperableKind kind) =>
        host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(app => app.State, ApplicationState.Inoperable)
                        .SetProperty(app => app.ReasonKind, kind)
                        .SetProperty(app => app.Reason, "the cause"),
                Cancel
            )
        );
}
