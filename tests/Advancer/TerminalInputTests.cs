using Microsoft.EntityFrameworkCore;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Inputs after which the application cannot go on, and machines that cannot.</summary>
public sealed class TerminalInputTests : OnDatabase
{
    [Theory]
    [OnBothDatabases]
    public async Task An_exception_is_stored_with_its_data_and_stops_the_application_with_the_event_in_the_same_commit(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "exception:why", "never");

        (await host.PassAsync()).ShouldBe(2);

        var inputs = await host.InputsAsync(app);
        inputs.Select(input => input.Status).ShouldBe([InputStatus.Accepted, InputStatus.Exception, InputStatus.None]);
        inputs[1].ExceptionData.ShouldBe("why"u8.ToArray());
        await ShouldHaveEndedAsync(host, app, InoperableKind.GuestException, "Input 1 (epoch 0)", "EXCEPTION with data 0x776879");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_halt_an_overflow_and_an_unknown_yield_each_stop_their_application_with_their_own_kind(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        (AdvanceOutcome Outcome, InputStatus Status, InoperableKind Kind)[] ends =
        [
            (AdvanceOutcome.MachineHalted, InputStatus.MachineHalted, InoperableKind.MachineHalted),
            (AdvanceOutcome.Overflow, InputStatus.Overflow, InoperableKind.McycleOverflow),
            (AdvanceOutcome.UnexpectedYield, InputStatus.UnexpectedYield, InoperableKind.UnexpectedYield),
            (AdvanceOutcome.InvalidOutputsRoot, InputStatus.InvalidOutputsRoot, InoperableKind.InvalidOutputsRoot),
        ];
        foreach (var end in ends)
        {
            var app = await host.AddApplicationAsync();
            await host.AddEpochAsync(app, EpochStatus.Closed, "one", "silent", "never");
            host.Machines.Answer = (input, result) => input == 1 ? result with { Outcome = end.Outcome } : result;

            (await host.PassAsync()).ShouldBe(2);

            (await host.InputsAsync(app)).Select(input => input.Status).ShouldBe([InputStatus.Accepted, end.Status, InputStatus.None]);
            await ShouldHaveEndedAsync(host, app, end.Kind, "Input 1 (epoch 0)", EnumNames.Of(end.Status));
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_machine_that_breaks_stops_its_application_alone_and_the_input_runs_when_it_is_enabled_again(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var broken = await host.AddApplicationAsync();
        var sound = await host.AddApplicationAsync("echo:");
        await host.AddEpochAsync(broken, EpochStatus.Closed, "one", "two");
        await host.AddEpochAsync(sound, EpochStatus.Closed, "one", "two");
        host.Machines.Before = input => input == 1 ? throw new MachineException("The machine server is gone.") : Task.CompletedTask;

        await host.PassAsync();

        var stopped = await host.ApplicationAsync(broken);
        (stopped.State, stopped.ReasonKind, stopped.ProcessedInputs).ShouldBe((ApplicationState.Inoperable, InoperableKind.Failed, 1UL));
        stopped.Reason.ShouldNotBeNull().ShouldContain("The machine server is gone. The input stays unprocessed");
        await host.ShouldStandAsIfRunOnceAsync(sound);
        host.Machines.Open.ShouldBe(0);

        host.Machines.Before = _ => Task.CompletedTask;
        await host.SetStateAsync(broken, ApplicationState.Enabled);
        await host.PassAsync();
        await host.ShouldStandAsIfRunOnceAsync(broken);
        (await host.EpochsAsync(broken))[0].Status.ShouldBe(EpochStatus.InputsProcessed);
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_whose_contract_names_another_template_is_stopped_before_its_first_input(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync("echo:");
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        await host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(set => set.SetProperty(row => row.TemplateHash, Keccak256.Hash("another template"u8)))
        );

        await host.PassAsync();

        var stopped = await host.ApplicationAsync(app);
        (stopped.State, stopped.ProcessedInputs).ShouldBe((ApplicationState.Inoperable, 0UL));
        stopped.Reason!.ShouldContain($"the contract was deployed with {Keccak256.Hash("another template"u8)}");
        stopped.Reason!.ShouldContain($"{await host.EchoHashAsync()}");
    }

    [Theory]
    [OnBothDatabases]
    public async Task An_application_that_is_switched_off_while_an_input_runs_keeps_neither_its_result_nor_its_machine(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two");
        host.Machines.Before = async input =>
        {
            if (input != 1)
                return;
            await host.UntilProcessedAsync(app, 1);
            await host.SetStateAsync(app, ApplicationState.Disabled);
        };

        await host.PassAsync();

        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(1UL);
        host.Machines.Open.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_last_epoch_of_an_application_that_is_switched_off_meanwhile_is_not_finished(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one");
        // Between the commit of the last input and the move of its epoch.
        host.Machines.Adopted = () => host.SetStateAsync(app, ApplicationState.Disabled);

        await host.PassAsync();

        (await host.EpochsAsync(app))[0].Status.ShouldBe(EpochStatus.Closed);
        (await host.EventsAsync()).ShouldBeEmpty();
        host.Machines.Open.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_idle_machine_of_an_application_that_is_switched_off_is_closed_at_the_next_sync_and_its_lease_handed_on(
        DatabaseKind kind
    )
    {
        var host = await HostAsync(kind);
        var other = await HostAsync(kind);
        var (off, on) = (await host.AddApplicationAsync(), await host.AddApplicationAsync());
        await host.AddEpochAsync(off, EpochStatus.Closed, "one");
        await host.AddEpochAsync(on, EpochStatus.Closed, "one");
        await host.PassAsync();
        host.Machines.Open.ShouldBe(2);

        await host.SetStateAsync(off, ApplicationState.Disabled);
        await host.PassAsync();

        host.Machines.Open.ShouldBe(1);
        await host.SetStateAsync(off, ApplicationState.Enabled);
        await host.AddEpochAsync(off, EpochStatus.Open, "two");
        (await other.PassAsync()).ShouldBe(1);
    }

    private static async Task ShouldHaveEndedAsync(ServiceHost host, Application app, InoperableKind kind, params string[] words)
    {
        var ended = await host.ApplicationAsync(app);
        (ended.State, ended.ReasonKind, ended.ProcessedInputs).ShouldBe((ApplicationState.Inoperable, kind, 2UL));
        foreach (var word in words)
            ended.Reason!.ShouldContain(word);
        (await host.OutputsAsync(app)).ShouldAllBe(output => output.InputIndex == 0);
        (await host.ReportsAsync(app)).ShouldAllBe(report => report.InputIndex == 0);
        (await host.EpochsAsync(app))[0].Status.ShouldBe(EpochStatus.Closed);
        (await host.EventsAsync())[^1].ShouldBe("AppInoperable");
        host.Machines.Open.ShouldBe(0);
        (await host.PassAsync()).ShouldBe(0);
    }
}
