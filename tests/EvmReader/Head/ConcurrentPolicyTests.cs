using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.EvmReader.Head;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Head;

/// <summary>Two processes write the rules of one database at the same time.</summary>
[NeedsServers]
public sealed class ConcurrentPolicyTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comparison_does_not_undo_a_looser_tag_that_is_stored_meanwhile()
    {
        await using var host = await ReaderService.CreateAsync(server, ("Ethereum:DefaultBlock", "latest"));
        await host.CheckChainAsync();
        await host.AddAsync("echo", 1);
        await host.PassAsync(20);
        await host.Services.GetRequiredService<ActiveReader>().DisposeAsync();

        var write = new PolicyWrite();
        var setup = ReaderService.Setup() with { Chain = host.Chain, More = services => services.AddSingleton<IInterceptor>(write) };
        await using var strict = await host.AnotherAsync(setup.With(("Ethereum:DefaultBlock", "finalized")));
        await strict.CheckChainAsync();
        await using var loose = await host.AnotherAsync(("Ethereum:DefaultBlock", "latest"), ("Ethereum:AllowLooserBlock", "true"));
        write.Before = loose.CheckChainAsync;
        await strict.PassAsync(25);

        write.Before.ShouldBeNull("the comparison was to be stored");
        strict.Services.GetRequiredService<ChainPolicy>().IsFinal.ShouldBeFalse();
        (await strict.ReadAsync(db => StoredChainPolicy.ReadAsync(db, Cancel)))!.Value.Policy.DefaultBlock.ShouldBe("latest");
    }

    /// <summary>What happens once, right before the process stores the rules.</summary>
    private sealed class PolicyWrite : DbCommandInterceptor
    {
        public Func<Task>? Before { get; set; }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default
        )
        {
            await HappensAsync(command);
            return result;
        }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            await HappensAsync(command);
            return result;
        }

        private async Task HappensAsync(DbCommand command)
        {
            if (Before is not { } before || !command.CommandText.StartsWith("UPDATE node_configurations", StringComparison.Ordinal))
                return;
            Before = null;
            await before();
        }
    }
}
