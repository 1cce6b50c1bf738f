using Rollups.Domain;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Inputs;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Inputs;

public sealed class ReaderMemoryTests
{
    private static readonly ObservedApplication App = new(
        1,
        "echo",
        FakeChain.AddressOf(1),
        FakeChain.AddressOf(9),
        5,
        6,
        ConsensusType.Authority,
        FakeChain.AddressOf(8),
        10,
        10,
        0,
        null,
        3,
        0
    );

    private static readonly NewestInput Newest = new(3, 9, FakeChain.HashOf("block 9"));

    [Fact]
    public void What_is_remembered_holds_for_one_term_of_the_reader()
    {
        var memory = new ReaderCache();
        memory.BeginTerm(1);
        memory.ReadUpTo(App.Id, 40);
        memory.RememberNewestInput(App.Id, Newest);
        memory.RememberReplaced(App.Id);
        memory.ReadFromNewest(App.Id).ShouldBeTrue();
        memory.RememberFault(App.Id, 4);
        memory.Executed[App.Id] = 2;
        memory.BeginTerm(1);
        memory.FirstUnreadBlock(App).ShouldBe(41ul);
        memory.NewestInput(App).ShouldBe(Newest);
        memory.IsReplaced(App.Id).ShouldBeTrue();
        memory.ReadFromNewest(App.Id).ShouldBeFalse();
        memory.IsKnownFaulty(App.Id, 4).ShouldBeTrue();

        memory.BeginTerm(2);
        memory.FirstUnreadBlock(App).ShouldBe(11ul);
        memory.NewestInput(App).ShouldBeNull();
        memory.IsReplaced(App.Id).ShouldBeFalse();
        memory.ReadsFromNewest(App.Id).ShouldBeFalse();
        memory.IsKnownFaulty(App.Id, 4).ShouldBeFalse();
        memory.Executed.ShouldBeEmpty();
    }

    [Fact]
    public void An_input_that_is_no_longer_the_newest_is_not_used()
    {
        var memory = new ReaderCache();
        memory.RememberNewestInput(App.Id, Newest with { Index = 2 });
        memory.NewestInput(App).ShouldBeNull();
    }
}
