using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Commands;

public sealed class ExecutionParameterTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<SetExecutionParameters, string> Wrong =>
        new()
        {
            { Ask() with { AdvanceIncrementCycles = 0 }, "AdvanceIncrementCycles is 0: give 1 to 281474976710655 cycles." },
            { Ask() with { InspectMaxCycles = 1UL << 48 }, "InspectMaxCycles is 281474976710656: give 0 to 281474976710655 cycles." },
            { Ask() with { LoadTimeout = 0 }, "LoadTimeout is 0: give 1 to 86400000 milliseconds." },
            { Ask() with { CallTimeout = ulong.MaxValue }, "CallTimeout is 18446744073709551615" },
            { Ask() with { AdvanceMaxTimeout = 9_999 }, "AdvanceIncrementTimeout is 10000 ms and AdvanceMaxTimeout is 9999 ms" },
            { Ask() with { MaxConcurrentInspects = 1_001 }, "MaxConcurrentInspects is 1001: give 1 to 1000 inspects." },
            {
                Ask() with
                {
                    SnapshotPolicy = "SOMETIMES",
                },
                "'SOMETIMES' is no snapshot policy: give one of NONE, EVERY_INPUT, EVERY_EPOCH."
            },
        };

    [Theory]
    [OnBothDatabases]
    public async Task Given_values_are_stored_and_the_others_keep_theirs(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);

        var defaults = await operation.SetAsync(Ask());
        (defaults.Changed, defaults.SnapshotPolicy, defaults.AdvanceMaxTimeout).ShouldBe((false, "NONE", 180_000UL));
        (await operation.Host.ReadAsync(db => db.ExecutionParameters.CountAsync(Cancel))).ShouldBe(0);

        var first = await operation.SetAsync(Ask() with { SnapshotPolicy = "EVERY_EPOCH", AdvanceMaxTimeout = 60_000 });
        (first with { SnapshotPolicy = "NONE", AdvanceMaxTimeout = 180_000, Changed = false }).ShouldBe(defaults);
        var second = await operation.SetAsync(Ask() with { AdvanceMaxCycles = 7 });
        second.ShouldBe(first with { AdvanceMaxCycles = 7 });
        (await operation.SetAsync(Ask() with { AdvanceMaxCycles = 7 })).ShouldBe(second with { Changed = false });

        var row = await operation.Host.ReadAsync(db => db.ExecutionParameters.SingleAsync(Cancel));
        (row.SnapshotPolicy, row.AdvanceMaxTimeout, row.AdvanceMaxCycles).ShouldBe((SnapshotPolicy.EveryEpoch, 60_000UL, 7UL));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_value_out_of_its_range_changes_nothing(SetExecutionParameters command, string words)
    {
        await using var operation = await Operator.StartAsync(postgres, DatabaseKind.Sqlite);
        await operation.Host.AddAsync("echo", 1);

        (await operation.SetRefusedAsync(command with { StoreTimeout = 1 })).ShouldContain(words);

        (await operation.SetAsync(Ask())).StoreTimeout.ShouldBe(180_000UL);
        (await operation.Host.ReadAsync(db => db.ExecutionParameters.CountAsync(Cancel))).ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Commands_at_once_all_count(DatabaseKind kind)
    {
        await using var operation = await Operator.StartAsync(postgres, kind);
        await operation.Host.AddAsync("echo", 1);

        await Task.WhenAll(
            operation.SetAsync(Ask() with { LoadTimeout = 1 }),
            operation.SetAsync(Ask() with { StoreTimeout = 2 }),
            operation.SetAsync(Ask() with { CallTimeout = 3 })
        );

        var now = await operation.SetAsync(Ask());
        (now.LoadTimeout, now.StoreTimeout, now.CallTimeout).ShouldBe((1UL, 2UL, 3UL));
    }

    private static SetExecutionParameters Ask() => new() { Application = "echo" };
}
