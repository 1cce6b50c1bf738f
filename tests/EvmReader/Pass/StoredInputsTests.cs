using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>On the embedded database.</summary>
public sealed class StoredInputsOnSqliteTests() : StoredInputsTests(null);

/// <summary>On the database of a deployment.</summary>
[NeedsServers]
public sealed class StoredInputsOnPostgresTests(PostgresServer server) : StoredInputsTests(server);

/// <summary>Which inputs and epochs a pass stores, and what stops an application.</summary>
public abstract class StoredInputsTests(PostgresServer? server) : PassTests(server)
{
    [Fact]
    public async Task Inputs_epochs_cursor_and_events_are_stored_together()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12, [7], "one", 3);
        Chain.AddInput(InputBox, app.Address, 12, [8], "one", 4);
        Chain.AddInput(InputBox, app.Address, 31);

        (await Host.PassAsync(38)).Done.ShouldBe(1);

        var inputs = await Host.InputsAsync(app);
        inputs
            .Select(input => (input.Index, input.EpochIndex, input.BlockNumber, input.LogIndex))
            .ShouldBe([(0ul, 1ul, 12ul, 3ul), (1ul, 1ul, 12ul, 4ul), (2ul, 3ul, 31ul, 0ul)]);
        inputs[0].RawData.ShouldBe([7]);
        inputs[0].TransactionHash.ShouldBe(FakeChain.HashOf("one"));
        var epochs = await Host.EpochsAsync(app);
        epochs
            .Select(epoch =>
                (
                    epoch.Index,
                    epoch.VirtualIndex,
                    epoch.FirstBlock,
                    epoch.LastBlock,
                    epoch.InputIndexLowerBound,
                    epoch.InputIndexUpperBound,
                    epoch.Status
                )
            )
            .ShouldBe([(1ul, 0ul, 10ul, 19ul, 0ul, 2ul, EpochStatus.Closed), (3ul, 1ul, 30ul, 39ul, 2ul, 3ul, EpochStatus.Open)]);
        epochs[0].ClosedAt.ShouldNotBeNull();
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(38ul);
        (await Host.EventsAsync()).ShouldBe(["EpochOpened", "EpochOpened", "InputReceived", "EpochClosed"]);
    }

    [Fact]
    public async Task An_epoch_closes_without_a_new_input_when_its_last_block_is_observed()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(18);
        (await Host.EpochsAsync(app)).Single().Status.ShouldBe(EpochStatus.Open);

        (await Host.PassAsync(19)).Done.ShouldBe(1);

        (await Host.EpochsAsync(app)).Single().Status.ShouldBe(EpochStatus.Closed);
        (await Host.EventsAsync()).ShouldBe(["EpochOpened", "InputReceived", "EpochClosed"]);
        Chain.Filters.Count.ShouldBe(1);
        (await Host.PassAsync(25)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task An_open_epoch_grows_and_is_closed_by_an_input_of_the_next()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(12);
        Chain.AddInput(InputBox, app.Address, 14);
        await Host.PassAsync(14);
        Chain.AddInput(InputBox, app.Address, 20);
        await Host.PassAsync(20);
        (await Host.EpochsAsync(app))
            .Select(epoch => (epoch.Index, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound, epoch.Status))
            .ShouldBe([(1ul, 0ul, 2ul, EpochStatus.Closed), (2ul, 2ul, 3ul, EpochStatus.Open)]);
    }

    [Fact]
    public async Task A_second_pass_over_the_same_head_changes_nothing()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(15);
        (await Host.PassAsync(15)).Done.ShouldBe(0);
        (await Host.EventsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(ApplicationState.Removing, 0)]
    [InlineData(ApplicationState.Disabled, 1)]
    [InlineData(ApplicationState.Inoperable, 1)]
    public async Task Stopped_applications_are_observed_and_those_that_are_being_removed_are_not(ApplicationState state, int inputs)
    {
        var app = await Host.AddAsync("echo", 1);
        await Host.ChangeAsync(db =>
            db.Applications.ExecuteUpdateAsync(set =>
                set.SetProperty(row => row.State, state)
                    .SetProperty(row => row.ReasonKind, state == ApplicationState.Inoperable ? InoperableKind.Corrupted : null)
                    .SetProperty(row => row.Reason, state == ApplicationState.Inoperable ? "test" : null)
            )
        );
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(15);
        (await Host.InputsAsync(app)).Count.ShouldBe(inputs);
    }

    [Fact]
    public async Task A_log_that_is_stored_under_another_index_makes_the_application_inoperable_and_rolls_back()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12, transaction: "one", logIndex: 3);
        await Host.PassAsync(13);
        Chain.AddInput(InputBox, app.Address, 14);
        Chain.AddInput(InputBox, app.Address, 15, transaction: "one", logIndex: 3);
        await Host.PassAsync(16);

        var stored = await Host.ApplicationAsync("echo");
        (stored.State, stored.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Corrupted));
        stored.Reason!.ShouldContain("is stored as input 0, but on L1 it is input 2");
        stored.LastInputCheckBlock.ShouldBe(13ul);
        (await Host.InputsAsync(app)).Count.ShouldBe(1);
        (await Host.EventsAsync()).ShouldBe(["EpochOpened", "InputReceived", "AppInoperable"]);
        await Host.PassAsync(17);
        (await Host.EventsAsync()).Count.ShouldBe(3);
        (await Host.ApplicationAsync("echo")).LastInputCheckBlock.ShouldBe(13ul);
    }

    [Fact]
    public async Task The_same_log_identity_may_occur_in_two_applications()
    {
        var one = await Host.AddAsync("one", 1);
        var two = await Host.AddAsync("two", 2);
        Chain.AddInput(InputBox, one.Address, 12, transaction: "same", logIndex: 3);
        Chain.AddInput(InputBox, two.Address, 12, transaction: "same", logIndex: 3);
        (await Host.PassAsync(13)).Done.ShouldBe(2);
    }

    [Fact]
    public async Task An_input_for_an_epoch_that_is_closed_makes_the_application_inoperable_and_leaves_the_others_alone()
    {
        var app = await Host.AddAsync("echo", 1);
        var other = await Host.AddAsync("other", 2);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(13);
        await Host.ChangeAsync(db =>
            db.MoveEpochAsync(
                app.Id,
                1,
                EpochStatus.Open,
                EpochStatus.Closed,
                DateTimeOffset.UnixEpoch,
                null,
                TestContext.Current.CancellationToken
            )
        );
        Chain.AddInput(InputBox, app.Address, 15);
        Chain.AddInput(InputBox, other.Address, 15);
        await Host.PassAsync(16);
        var stored = await Host.ApplicationAsync("echo");
        stored.ReasonKind.ShouldBe(InoperableKind.Corrupted);
        stored.Reason!.ShouldContain("input 1 of block 15 belongs to epoch 1, which is no longer open");
        (await Host.InputsAsync(app)).Count.ShouldBe(1);
        (await Host.InputsAsync(other)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_counter_below_the_stored_inputs_changes_nothing_and_is_said()
    {
        var app = await Host.AddAsync("echo", 1);
        Chain.AddInput(InputBox, app.Address, 12);
        await Host.PassAsync(13);
        Chain.Logs.Clear();
        (await Host.PassAsync(14)).Done.ShouldBe(0);
        Host.Log.Of(LogLevel.Error).ShouldHaveSingleItem().ShouldContain("counts 0 inputs at block 14, but 1 are stored");
        (await Host.ApplicationAsync("echo")).State.ShouldBe(ApplicationState.Enabled);
    }
}
