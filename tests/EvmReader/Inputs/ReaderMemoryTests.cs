using Rollups.EvmReader.Inputs;

namespace Rollups.EvmReader.Tests.Inputs;

public sealed class ReaderMemoryTests
{
    private static readonly ObservedApplication App =
        new(1, "echo", FakeChain.AddressOf(1), FakeChain.AddressOf(9), 5, 6, Persistence.ConsensusType.Authority, FakeChain.AddressOf(8), 10, 10, 0, null, 3, 0);

    [Fact]
    public void What_is_remembered_holds_for_one_term_of_the_reader()
    {
        var memory = new ReaderMemory();
        memory.BeginTerm(1);
        memory.ReadUpTo(App.Id, 40);
        memory.RememberLastInput(App.Id, 3, [1]);
        memory.RememberFault(App.Id, 4);
        memory.Executed[App.Id] = 2;
        memory.BeginTerm(1);
        memory.FirstUnreadBlock(App).ShouldBe(41ul);
        memory.LastInputHash(App).ShouldNotBeNull();
        memory.IsKnownFaulty(App.Id, 4).ShouldBeTrue();

        memory.BeginTerm(2);
        memory.FirstUnreadBlock(App).ShouldBe(11ul);
        memory.LastInputHash(App).ShouldBeNull();
        memory.IsKnownFaulty(App.Id, 4).ShouldBeFalse();
        memory.Executed.ShouldBeEmpty();
    }

    [Fact]
    public void The_hash_of_an_input_that_is_no_longer_the_newest_is_not_used()
    {
        var memory = new ReaderMemory();
        memory.RememberLastInput(App.Id, 2, [1]);
        memory.LastInputHash(App).ShouldBeNull();
    }
}
