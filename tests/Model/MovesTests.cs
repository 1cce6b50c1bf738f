using Rollups.Testing;

namespace Rollups.Model.Tests;

/// <summary>
/// The claims of moves.pml under crash, loss, copies and forgeries; and that each part of the design is needed, for without it Spin finds
/// the way to a failure. Needs the packages spin and gcc.
/// </summary>
[NeedsServers]
public sealed class MovesTests
{
    private const string Holds = "errors: 0";
    private const string Violated = "errors: 1";

    [Fact]
    public async Task No_move_is_made_twice() => (await ModelChecker.NeverTwiceAsync()).ShouldContain(Holds);

    // A crash and a copy in one run take five times the states of both cases here: eng/model.sh visits those too.
    [Theory]
    [InlineData("CRASHES=1", "COPIES=0")]
    [InlineData("CRASHES=0", "COPIES=1")]
    public async Task No_committed_move_stays_unfinished_although_anything_may_be_lost(string crashes, string copies) =>
        (await ModelChecker.FinishedAsync(crashes, copies)).ShouldContain(Holds);

    [Fact]
    public async Task Without_the_guard_a_move_is_made_twice() =>
        (await ModelChecker.NeverTwiceAsync("NO_GUARD")).ShouldContain("assertion violated (made[m]==1)");

    [Fact]
    public async Task A_move_that_L1_takes_back_is_made_once_in_each_round() =>
        (await ModelChecker.NeverTwiceAsync("TAKEN_BACK")).ShouldContain(Holds);

    [Fact]
    public async Task A_move_that_L1_takes_back_is_made_again_in_the_end() =>
        (await ModelChecker.FinishedAsync("TAKEN_BACK", "CRASHES=0", "COPIES=0")).ShouldContain(Holds);

    [Fact]
    public async Task Without_the_round_in_the_guard_a_move_is_made_by_what_was_seen_before_it_was_taken_back() =>
        (await ModelChecker.NeverTwiceAsync("TAKEN_BACK", "NO_ROUND")).ShouldContain("assertion violated (seen[r]==round)");

    [Fact]
    public async Task Without_the_sync_a_lost_event_leaves_a_move_unfinished() =>
        (await ModelChecker.FinishedAsync("NO_SYNC")).ShouldContain(Violated);

    [Fact]
    public async Task With_a_broker_that_loses_nothing_the_outbox_and_the_runner_need_no_sync() =>
        (await ModelChecker.FinishedAsync("NO_SYNC", "RELIABLE")).ShouldContain(Holds);

    [Fact]
    public async Task But_without_the_outbox_a_crash_after_the_commit_leaves_a_move_unfinished() =>
        (await ModelChecker.FinishedAsync("NO_SYNC", "RELIABLE", "NO_OUTBOX")).ShouldContain(Violated);

    [Fact]
    public async Task And_without_the_trailing_run_a_wake_up_during_a_run_leaves_a_move_unfinished() =>
        (await ModelChecker.FinishedAsync("NO_SYNC", "RELIABLE", "NO_TRAILING")).ShouldContain(Violated);
}
